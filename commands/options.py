"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

DEFAULT_CALL, CONFIG_NAME = "nm-gxjs-2027", "zhengji.toml"


def config_in(_ctx: click.Context, _param: click.Parameter, path: Path | None) -> Path | None:
    """A folder stands for the configuration in it; so does a name that can be no file of TOML (a folder to come)."""
    return path / CONFIG_NAME if path and (path.is_dir() or not path.suffix) else path


config_option = click.option(
    "-c", "--config", "config", type=click.Path(path_type=Path), default=Path(CONFIG_NAME), callback=config_in,
    show_default=f"./{CONFIG_NAME}", metavar="文件", help="工作目录的配置文件。",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出，供程序读取。")
unit_option = click.option("--unit", default="", metavar="单位", help="只看一个归口管理部门。")
officer_option = click.option("--officer", default="", metavar="姓名", help="作出处理的工作人员。")
output_option = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="写到哪里。"
)
