"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

DEFAULT_CALL = "nm-gxjs-2027"

config_option = click.option(
    "-c", "--config", "config", type=click.Path(path_type=Path), default=Path("zhengji.toml"),
    show_default="./zhengji.toml", metavar="文件", help="工作目录的配置文件。",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出，供程序读取。")
unit_option = click.option("--unit", default="", metavar="单位", help="只看一个归口管理部门。")
officer_option = click.option("--officer", default="", metavar="姓名", help="作出处理的工作人员。")
output_option = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="写到哪里。"
)
