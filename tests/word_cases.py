"""What stands in a Word document, and what Word shows of it: one case a construct."""

from __future__ import annotations

from word_parts import (
    cell,
    code,
    control,
    deleted,
    form_field,
    inserted,
    mark,
    paragraph,
    row,
    run,
    table,
    text_box,
)

FIELD = mark("begin") + code(" HYPERLINK x ") + mark("separate") + run("结果") + mark("end")
BOX_TEXT = "<w:txbxContent><w:p><w:r><w:t>旧框</w:t></w:r></w:p></w:txbxContent>"
OLD_BOX = f"<w:r><w:pict><v:shape><v:textbox>{BOX_TEXT}</v:textbox></v:shape></w:pict></w:r>"
CHECKED = form_field("FORMCHECKBOX", "<w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox>")
CHOSEN = form_field(
    "FORMDROPDOWN",
    "<w:ddList><w:result w:val='1'/><w:listEntry w:val='新能源'/><w:listEntry w:val='新材料'/></w:ddList>",
)
OVERLAY = mark("begin") + code(" eq \\o\\ac(□,√)") + mark("end")
GONE_MARK = "<w:rPr><w:del w:id='9'/></w:rPr>"
SYMBOLS = "<w:r><w:sym w:font='Wingdings' w:char='F0FE'/><w:sym w:font='Wingdings' w:char='F0A8'/></w:r>"
RUBY = f"<w:r><w:ruby><w:rt>{run('pinyin')}</w:rt><w:rubyBase>{run('拼')}</w:rubyBase></w:ruby></w:r>"
COMMENT = "<w:commentRangeEnd w:id='0'/><w:r><w:commentReference w:id='0'/></w:r>"

SHOWN = {
    "split runs": (paragraph(inside=run("申报") + "<w:proofErr/>" + run("单位")), ["申报单位"]),
    "soft break and tab": (
        paragraph(inside="<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t></w:r>"),
        ["甲\n乙\t丙"],
    ),
    "hyphens": (
        paragraph(inside="<w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>B</w:t><w:softHyphen/><w:t>C</w:t></w:r>"),
        ["A-BC"],
    ),
    "tracked insertion": (paragraph("需", inserted(run("求"))), ["需求"]),
    "tracked deletion": (paragraph("需求", deleted("旧")), ["需求"]),
    "inserted, then deleted": (paragraph("甲", inserted(run("乙") + deleted("丙"))), ["甲乙"]),
    "moved": (
        paragraph("一", f"<w:moveFrom w:id='1'>{run('搬走')}</w:moveFrom>")
        + paragraph("二", f"<w:moveTo w:id='2'>{run('搬来')}</w:moveTo>"),
        ["一", "二搬来"],
    ),
    "deleted paragraph mark": (
        paragraph("（一）背景", properties=GONE_MARK) + paragraph("及需求") + paragraph("正文"),
        ["（一）背景及需求", "正文"],
    ),
    "deleted paragraph": (
        paragraph(inside=deleted("旧段"), properties=GONE_MARK) + paragraph("新段"),
        ["新段"],
    ),
    "a tick laid over a box": (paragraph("", OVERLAY + run("国有 □集体")), ["□√国有 □集体"]),
    "hidden text": (paragraph("看得见", run("看不见", "<w:vanish/>")), ["看得见"]),
    "hidden text switched off": (paragraph("看得见", run("也看得见", "<w:vanish w:val='0'/>")), ["看得见也看得见"]),
    "hyperlink": (paragraph("见", f"<w:hyperlink r:id='x'>{run('网址')}</w:hyperlink>"), ["见网址"]),
    "simple field": (paragraph("共", f"<w:fldSimple w:instr='NUMPAGES'>{run('5')}</w:fldSimple>"), ["共5"]),
    "field": (paragraph("见", FIELD), ["见结果"]),
    "field in the code of a field": (
        paragraph("甲", mark("begin") + code("IF ") + FIELD + mark("separate") + run("乙") + mark("end") + run("丙")),
        ["甲乙丙"],
    ),
    "field over paragraphs": (
        paragraph("目录", mark("begin") + code("TOC") + mark("separate") + run("第一章"))
        + paragraph("第二章", mark("end")),
        ["目录第一章", "第二章"],
    ),
    "field that never ends": (
        paragraph("甲", mark("begin") + code("PAGE") + run("乙")) + paragraph("丙"),
        ["甲乙", "丙"],
    ),
    "field mark without a field": (paragraph("甲", mark("end") + run("乙")), ["甲乙"]),
    "check box of a form": (
        paragraph(inside=CHECKED + run("是")),
        ["☒是"],
    ),
    "list of a form": (
        paragraph(inside=CHOSEN),
        ["新材料"],
    ),
    "symbols": (paragraph(inside=SYMBOLS + run("\uf052", "<w:rFonts w:ascii='Wingdings 2'/>")), ["☑□☑"]),
    "block control": (control(paragraph("甲")) + paragraph("乙"), ["甲", "乙"]),
    "inline control": (paragraph("单位：", control(run("某公司"))), ["单位：某公司"]),
    "control in a control": (control(control(paragraph("甲", control(control(run("乙")))))), ["甲乙"]),
    "prompt of an empty control": (
        paragraph("单位：", control(run("单击此处输入文字。"), "<w:showingPlcHdr/>")),
        ["单位："],
    ),
    "answer that a program left marked as a prompt": (
        paragraph("单位：", control(run("某公司"), "<w:showingPlcHdr/>")),
        ["单位：某公司"],
    ),
    "cell and row controls": (
        "<w:tbl>"
        + row(control(cell(paragraph("甲"))) + cell(paragraph("乙")))
        + control(row(cell(paragraph("丙")) + cell(control(paragraph("丁")))))
        + "</w:tbl>",
        ["甲\t乙\n丙\t丁"],
    ),
    "text box once": (paragraph("前", text_box(paragraph("框"))) + paragraph("后"), ["前", "框", "后"]),
    "old text box": (paragraph("前", OLD_BOX), ["前", "旧框"]),
    "text box in a text box": (
        paragraph(inside=text_box(paragraph("外", text_box(paragraph("内"))))),
        ["", "外", "内"],
    ),
    "smart tags and directions": (
        paragraph(
            inside="".join(f"<w:{tag}>{run(tag[:1])}</w:{tag}>" for tag in ("smartTag", "customXml", "dir", "bdo"))
        ),
        ["scdb"],
    ),
    "phonetic guide": (paragraph(inside=RUBY), ["拼"]),
    "formula": (paragraph("式", "<m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath>"), ["式E=mc"]),
    "comment marks": (paragraph("甲", "<w:commentRangeStart w:id='0'/>" + run("乙") + COMMENT), ["甲乙"]),
    "deleted row": (
        table(cell(paragraph("甲")), "<w:trPr><w:del w:id='1'/></w:trPr>" + cell(paragraph("乙"))),
        ["甲"],
    ),
    "nested table": (
        table(cell(paragraph("外") + table(cell(paragraph("内甲")) + cell(paragraph("内乙"))) + paragraph())),
        ["外\n内甲\t内乙"],
    ),
    "composed characters": (paragraph("e\u0301"), ["é"]),
    "edge blanks without preserve": (paragraph(inside="<w:r><w:t> PEM </w:t></w:r>" + run("电解")), ["PEM电解"]),
}
