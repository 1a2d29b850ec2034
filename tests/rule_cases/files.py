"""Cases of F001–F008 and S001–S003: the files of a letter."""

from __future__ import annotations

from dataclasses import replace

from intake.model import Document, Kind, Problem, Trouble
from rule_cases import Case
from rule_cases.given import PACK, document, form_file, letter, link, matter, table_file
from rules.matter import Matter

OTHER_CALL = replace(PACK, id="other", short="揭榜挂帅项目需求")
PDF = document("创新需求申报表（盖章）.pdf")
SCAN = document("需求.jpg")
MINUTES = document("会议纪要.docx")


def alone(wanted: Document, **more: object) -> tuple[Document, Matter]:
    return wanted, matter(wanted, **more)  # type: ignore[arg-type]


def beside(wanted: Document, *others: Document) -> tuple[Document, Matter]:
    return wanted, matter(wanted, *others)


def words(text: str, *documents: Document, subject: str = "回复：受理通知") -> tuple[Matter]:
    return (matter(*documents, mail=letter(subject=subject, own_words=text)),)


CASES = (
    Case("F001", "sent as said", (), words("材料见附件，请查收。", form_file())),
    Case("F001", "said, not sent", ("附件",), words("材料见附件，请查收。")),
    Case("F001", "said in the subject alone", ("附件",), words("", subject="报送2027年度创新需求")),
    Case("F001", "said, with a wish", ("附件",), words("材料见附件，收到请回复，如无法打开请来电。")),
    Case("F001", "said as on paper", ("附件",), words("附  件：需求申报表")),
    Case("F001", "said in other words", ("附件",), words("呈上申报材料一份，望收。")),
    Case("F001", "said of paper and file at once", ("附件",), words("现将申报表电子版和纸质版一并报送。")),
    Case("F001", "a request for the form", (), words("请把附件模板发给我，麻烦发一份电子版。")),
    *(
        Case("F001", f"nothing sent: {said}", (), words(said))
        for said in (
            "待汇总后报送。",
            "附件打不开，麻烦重发。",
            "附件已查收。",
            "请撤回昨天报送的需求。",
            "材料不用再报送了。",
        )
    ),
    Case("F001", "paper that is on its way", (), words("纸质材料已邮寄，请查收纸质件。")),
    Case("F001", "a thank-you", (), words("收到，谢谢！")),
    Case("F001", "a question", (), words("请问汇总表如何报送？")),
    Case("F001", "an announcement", (), words("材料正在盖章，将于下周报送。")),
    Case("F001", "only a picture is F002", (), words("材料见附件。", PDF)),
    Case("F001", "behind a link is F005", (), (matter(mail=letter(own_words="见附件", cloud_links=(link(),))),)),
    Case(
        "F001",
        "a mail of too many parts is S003",
        (),
        words("见附件", document("来信", Kind.UNREADABLE, Problem.HOSTILE)),
    ),
    Case("F001", "a damaged file is F003", (), words("见附件", document("a.docx", Kind.UNREADABLE, Problem.DAMAGED))),
    Case("F002", "a Word file", (), alone(form_file())),
    Case("F002", "only a PDF", (PDF.path,), alone(PDF), ("PDF 文件",)),
    Case("F002", "only an OFD", ("需求.ofd",), alone(document("需求.ofd")), ("OFD 文件",)),
    Case("F002", "a PDF beside a text file", (PDF.path,), beside(PDF, document("说明.txt"))),
    Case("F002", "a PDF called .docx", (PDF.path,), alone(document(PDF.path, Problem.MISNAMED))),
    Case("F002", "only a photograph", (SCAN.path,), alone(SCAN), ("图片",)),
    Case("F002", "a scan beside the Word form", (), beside(PDF, form_file())),
    Case("F002", "the form as PDF beside a 汇总表", (PDF.path,), beside(PDF, table_file())),
    Case("F002", "the scanned letter beside a 汇总表", (), beside(document("关于报送需求的函.pdf"), table_file())),
    Case("F002", "beside a damaged Word file", (), beside(PDF, document("a.docx", Kind.UNREADABLE, Problem.DAMAGED))),
    Case("F003", "a readable file", (), alone(form_file())),
    Case("F003", "a damaged file", ("a.docx",), alone(document("a.docx", Kind.UNREADABLE, Problem.DAMAGED))),
    Case("F003", "our own failure", (), alone(document("a.doc", Kind.UNREADABLE, Problem.CRASHED))),
    Case("F004", "a readable file", (), alone(form_file())),
    Case("F004", "a password", ("a.zip",), alone(document("a.zip", Kind.UNREADABLE, Problem.PASSWORD))),
    Case("F005", "an ordinary attachment", (), (matter(form_file()),)),
    Case(
        "F005",
        "a cloud attachment",
        ("材料.zip",),
        (matter(mail=letter(cloud_links=(link(expires="2026年7月5日"),))),),
        ("163 超大附件", "2026年7月5日"),
    ),
    Case("F006", "a form", (), alone(form_file())),
    Case("F006", "a covering letter", (), alone(document("公函.docx", Kind.LETTER))),
    Case("F006", "no form at all", (MINUTES.path,), alone(MINUTES)),
    Case("F006", "beside a form", (MINUTES.path,), beside(MINUTES, form_file()), ("未作为需求受理",)),
    Case("F006", "of none of two calls", (MINUTES.path,), alone(MINUTES, others=(OTHER_CALL,)), ("揭榜挂帅",)),
    Case("F006", "a spreadsheet", (), alone(document("名单.xlsx"))),
    Case("F007", "a right extension", (), alone(form_file())),
    Case(
        "F007",
        "a docx named .doc",
        ("需求.doc",),
        alone(replace(form_file(), name="需求.doc", path="需求.doc", troubles=(Trouble(Problem.MISNAMED),))),
        ("Word 文档（.docx）",),
    ),
    Case("F008", "within the limits", (), alone(form_file())),
    Case(
        "F008",
        "beyond the limits",
        ("a.zip",),
        alone(replace(document("a.zip", Kind.UNREADABLE), troubles=(Trouble(Problem.TOO_LARGE, "超过 30 MB"),))),
        ("超过 30 MB",),
    ),
    Case("S001", "no marking", (), (matter(form_file()),)),
    Case("S001", "a marking", ("来信",), (matter(document("机密.docx", Kind.FORM, Problem.SECRET)),)),
    Case("S002", "nothing active", (), alone(form_file())),
    Case("S002", "a macro", ("a.docx",), alone(document("a.docx", Kind.FORM, Problem.ACTIVE))),
    Case("S003", "a good file", (), alone(form_file())),
    Case("S003", "a program", ("填表工具.exe",), alone(document("填表工具.exe", Kind.OTHER, Problem.EXECUTABLE))),
    Case("S003", "a bomb", ("a.zip",), alone(document("a.zip", Kind.UNREADABLE, Problem.HOSTILE, Problem.TOO_LARGE))),
)
