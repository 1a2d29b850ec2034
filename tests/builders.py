"""Documents for the tests, built in code: forms in many shapes, 汇总表, archives. Mails are built in ``mails.py``.

The defaults are one demand that has nothing to mend; a test changes only what it is about::

    form_docx(sections={"背景及需求": "字" * 301})
    mail(attachments=[attached("需求1.docx", form_docx()), attached("汇总表.xlsx", summary_xlsx([row()]))])
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mails import UNIT

from replies.forms import FormPage, SummaryHead, SummaryPage, form_document, heading, summary_document, summary_sheet

TITLE = "高新技术领域2027年科技创新需求"
APPLICANT = "内蒙古测试氢能装备有限公司"
NAME = "兆瓦级碱性电解水制氢装备关键技术研究"

FIELDS: Mapping[str, str] = {
    "需求类型": "科技重大专项",
    "所属领域": "新能源领域",
    "申报单位": APPLICANT,
    "归口管理部门": UNIT,
    "创新需求名称": NAME,
}
HINTS: Mapping[str, str] = {
    "背景及需求": "包括意义和必要性、国内外现状、发展趋势、内蒙古产业和科技创新现状等, 简要叙述, 300字以内",
    "研究目标及研究内容": "300字以内",
    "拟突破的关键技术和先进性": "100字以内",
    "考核指标": "不少于300字, 需写明目前行业最优指标、国标以及本项目拟实现指标",
    "经济社会效益": "该项目完成后对自治区相关产业以及行业发展的带动成效, 200字以内",
    "研发基础": "包括研发团队的技术支撑基础和技术示范落地企业在此研究方向在建或已建产线情况",
    "资金需求": "自治区财政专项资金支持500-1000万元, 若由企业牵头, 配套资金不低于1:2或1:3",
    "实施周期": "一般为2-3年",
}
SECTIONS: Mapping[str, str] = {
    "背景及需求": (
        "内蒙古风电光伏装机规模居全国首位，弃风弃光电量制取绿氢是就地消纳的重要途径。"
        "目前兆瓦级碱性电解槽在宽功率波动工况下能耗高、寿命短，区内企业多依赖外购成套设备，运维成本居高不下。"
        "国外已有企业推出适应波动电源的电解槽产品，国内研究集中在隔膜和电极材料，整机集成与控制仍有差距。"
        "开展本项需求攻关，对提升自治区绿氢装备自主化水平、降低制氢成本十分必要。"
    ),
    "研究目标及研究内容": (
        "1.研究目标\n"
        "研制适应风光波动电源的兆瓦级碱性电解水制氢装备，建成示范线一条并连续稳定运行。\n"
        "2.研究内容\n"
        "研究宽功率波动下电极与隔膜的衰减机理；开发高电流密度电极和低阻隔膜；研究多槽并联的功率分配与热管理方法；"
        "开展整机集成、安全联锁和现场验证，形成设计与运行规范。"
    ),
    "拟突破的关键技术和先进性": (
        "突破高电流密度电极制备、低阻复合隔膜和多槽协同控制技术，直流电耗和负荷调节范围达到国内领先水平。"
    ),
    "考核指标": (
        "目前行业最优指标：国内同类兆瓦级碱性电解槽直流电耗为4.3kWh每标方氢，负荷调节范围为百分之三十至百分之一百一十，"
        "单槽产氢量为每小时1500标方。国家标准GB/T 37562-2019对水电解制氢系统的技术条件作出规定，"
        "能效等级按照GB 32311-2015执行，其中一级能效的单位能耗限值为4.3kWh每标方氢。"
        "本项目拟实现指标：直流电耗不高于4.0kWh每标方氢，负荷调节范围达到百分之十至百分之一百二十，"
        "单槽产氢量达到每小时2000标方，氢气纯度不低于99.999%，冷启动时间不超过20分钟，"
        "连续运行8000小时后直流电耗升高不超过百分之三。"
        "建成兆瓦级示范线1条，累计运行不少于3000小时，由具备资质的第三方机构出具检测报告。"
        "申请发明专利10件，制定企业标准2项，培养专业技术人才15名，形成成套装备设计文件1套，"
        "示范期内累计制取绿氢不少于200吨，完成用户单位现场考核并取得应用证明。"
    ),
    "经济社会效益": (
        "项目完成后可形成年产50台套的制氢装备能力，年新增产值3亿元，带动隔膜、电极和电源等上下游企业10家，"
        "新增就业200人；每年可消纳弃风弃光电量1亿千瓦时，减排二氧化碳8万吨。"
    ),
    "研发基础": (
        "研发团队长期从事电解水制氢研究，承担过自治区重点研发任务2项，拥有授权专利16件和中试平台1个。"
        "技术示范落地企业已建成装配线1条，在建检测中心1座，具备开展整机试验的厂房和公用工程条件。"
    ),
    "资金需求": "申请自治区财政专项资金800万元，由企业牵头，企业自筹配套资金1600万元。",
    "实施周期": "项目实施周期为3年，自2027年1月至2029年12月。",
}
NOTES = (
    "注意事项: 各创新需求提出单位请参照科技厅官网已发布科技重大专项指南的体量, 重点编写研究内容和考核指标。"
    "建议企业积极牵头与高校、科研院所组成创新需求凝练团队, 根据行业、产业发展需要, 共同凝练关键共性技术问题, "
    "提出重大科技创新需求。"
)
COLUMNS = ("序号", "报送单位", "需求名称", "联系人", "联系电话", "所属领域", "申请财政经费（万元）", "合作单位", "备注")


# --------------------------------------------------------------------------- forms


def form_page(
    fields: Mapping[str, str | None] | None = None,
    sections: Mapping[str, str | None] | None = None,
    *,
    hints: bool = True,
    tabular: bool = False,
) -> FormPage:
    """The default demand with changes; a value of None leaves the label or the section out altogether."""
    all_fields = {**FIELDS, **(fields or {})}
    all_sections = {**SECTIONS, **(sections or {})}
    return FormPage(
        title=TITLE,
        fields=tuple((k, v) for k, v in all_fields.items() if v is not None),
        sections=tuple(
            (heading(n, name, HINTS.get(name, "") if hints else ""), text)
            for n, (name, text) in enumerate(all_sections.items())
            if text is not None
        ),
        notes=(NOTES,) if hints else (),
        tabular=tabular,
    )


def form_docx(
    fields: Mapping[str, str | None] | None = None,
    sections: Mapping[str, str | None] | None = None,
    *,
    hints: bool = True,
    tabular: bool = False,
) -> bytes:
    """The default demand with changes, as .docx: paragraphs, or one table of labels and answers."""
    return form_document(form_page(fields, sections, hints=hints, tabular=tabular))


def page_docx(page: FormPage, **changes: object) -> bytes:
    """Any form page, as .docx."""
    return form_document(replace(page, **changes))  # type: ignore[arg-type]


def plain_docx(*paragraphs: str) -> bytes:
    """A Word document that is no form: a covering letter, minutes, …"""
    from docx import Document

    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def secret_docx(mark: str = "机密★10年", form: bytes = b"") -> bytes:
    """A demand (the default one) under a secrecy marking."""
    from docx import Document

    document = Document(io.BytesIO(form or form_docx()))
    document.paragraphs[0].insert_paragraph_before(mark)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def joined_docx(*pages: FormPage) -> bytes:
    """Several demands in one document, one after another."""
    from docx import Document

    document = Document(io.BytesIO(form_document(pages[0])))
    for page in pages[1:]:
        other = Document(io.BytesIO(form_document(page)))
        for element in [e for e in other.element.body if not e.tag.endswith("}sectPr")]:
            document.element.body.insert(len(document.element.body) - 1, element)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_parts(docx: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A .docx with parts added or replaced (``word/vbaProject.bin``, …), all others untouched."""
    source, buffer = zipfile.ZipFile(io.BytesIO(docx)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(info.filename, parts.get(info.filename, source.read(info)))
        for name, content in parts.items():
            if name not in source.namelist():
                target.writestr(name, content)
    return buffer.getvalue()


# --------------------------------------------------------------------------- 汇总表


def row(
    number: int = 1, name: str = NAME, applicant: str = APPLICANT, amount: str = "800", **cells: str
) -> tuple[str, ...]:
    """One row of the 汇总表 that fits the default demand; ``cells`` change columns by name."""
    values = {
        "序号": str(number),
        "报送单位": applicant,
        "需求名称": name,
        "联系人": "王建国",
        "联系电话": "13800000001",
        "所属领域": "新能源领域",
        "申请财政经费（万元）": amount,
        "合作单位": "内蒙古测试大学",
        "备注": "",
    }
    return tuple({**values, **cells}[c] for c in COLUMNS)


def summary_page(rows: Iterable[Sequence[str]], unit: str = UNIT, columns: Sequence[str] = COLUMNS) -> SummaryPage:
    """A 汇总表 of a unit; where ``columns`` are fewer than the official ones, the others' cells are left out."""
    keep = [COLUMNS.index(c) for c in columns if c in COLUMNS]
    cut = tuple(tuple(line[i] for i in keep) for line in rows)
    return SummaryPage("科技重大创新需求汇总表", tuple(columns), cut, SummaryHead(unit, "李娜", "0472-5550001"))


def summary_docx(rows: Iterable[Sequence[str]], unit: str = UNIT, columns: Sequence[str] = COLUMNS) -> bytes:
    """A unit's 汇总表 as .docx."""
    return summary_document(summary_page(rows, unit, columns))


def summary_xlsx(rows: Iterable[Sequence[str]], unit: str = UNIT, columns: Sequence[str] = COLUMNS) -> bytes:
    """A unit's 汇总表 as .xlsx."""
    return summary_sheet(summary_page(rows, unit, columns))


# --------------------------------------------------------------------------- archives


class _WindowsName(zipfile.ZipInfo):
    """A member whose name is written in GB18030 without the UTF-8 flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def zipped(files: Mapping[str, bytes], *, windows: bool = False) -> bytes:
    """A zip; ``windows`` writes the names as Chinese Windows does: GBK without the UTF-8 flag."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            info = _WindowsName(name) if windows else zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def ole_file(streams: Mapping[str, bytes]) -> bytes:
    """An old Office file; ``storage/stream`` lies in a storage. Streams are padded to 4 KB, to lie in plain sectors."""
    storages = list(dict.fromkeys(path.partition("/")[0] for path in streams if "/" in path))
    tops = [*storages, *(path for path in streams if "/" not in path)]
    rows = [("Root Entry", 5, 1, _NONE, b"")]  # name, kind, first below, next beside, content
    below = 1 + len(tops)
    for number, name in enumerate(tops, 2):
        inside = [path for path in streams if path.startswith(f"{name}/")]
        beside = number if number <= len(tops) else _NONE
        rows.append((name, 1, below, beside, b"") if inside else (name, 2, _NONE, beside, streams[name]))
        below += len(inside)
    for storage in storages:
        inside = [path for path in streams if path.startswith(f"{storage}/")]
        rows += [
            (path.partition("/")[2], 2, _NONE, len(rows) + n if n < len(inside) else _NONE, streams[path])
            for n, path in enumerate(inside, 1)
        ]
    return _compound(rows)


_NONE = 0xFFFFFFFF


def _compound(rows: Sequence[tuple[str, int, int, int, bytes]]) -> bytes:
    directory = -(-len(rows) // 4)
    chain = [0xFFFFFFFD, *range(2, directory + 1), 0xFFFFFFFE]
    entries, contents = b"", b""
    for name, kind, child, beside, content in rows:
        written = (name + "\0").encode("utf-16-le")
        padded = content.ljust(-(-max(len(content), 4096) // 512) * 512, b"\0") if kind == 2 else b""
        first = len(chain) if kind == 2 else 0xFFFFFFFE
        chain += [*range(first + 1, first + len(padded) // 512), 0xFFFFFFFE] if padded else []
        entries += written.ljust(64, b"\0") + struct.pack("<HBB3I36x", len(written), kind, 1, _NONE, beside, child)
        entries += struct.pack("<IQ", first, len(padded))
        contents += padded
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<109I", 0, *[_NONE] * 108)
    fat = struct.pack("<128I", *chain, *[_NONE] * (128 - len(chain)))
    return head + fat + entries.ljust(directory * 512, b"\0") + contents
