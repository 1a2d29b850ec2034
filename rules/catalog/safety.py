"""S001–S003: secrets, active content, hostile files."""

from __future__ import annotations

from intake.model import Document, Problem
from rules.engine import Hit, Hits, Subject, rule
from rules.matter import Matter
from rules.model import Scope, Severity


@rule(
    "S001",
    Severity.REVIEW,
    on=Subject.MAIL,
    scope=Scope.MAIL,
    title="材料有密级或内部标志",
    message="来信材料带有密级或内部资料标志，已停止处理，交处室专人核查。",
    fix="请勿通过互联网邮箱传送涉密材料；请脱密后重新报送。",
)
def secret(case: Matter) -> Hits:
    """“如涉及敏感、保密事项，请申报单位自行做好脱密处理”：文档、页眉或页脚中有一行是绝密、机密、秘密（带不带★和期限）、内部资料、内部文件或不得外传。

    整封来信待复核；不显示、不转发、不摘录其任何内容，文件名也不显示。文件的主人自己检查文件时，指出是哪个文件。
    """
    found = case.having(Problem.SECRET)
    if case.by_hand:
        yield from (Hit(document.path, document=document.path) for document in found)
    elif found:
        yield Hit("来信")


@rule(
    "S002",
    Severity.REVIEW,
    on=Subject.DOCUMENT,
    scope=Scope.DOCUMENT,
    title="文件含宏、嵌入程序或外部模板",
    message="「{where}」含有可能自动运行的内容{detail}，未予执行，须由处室复核。",
    fix="请另存为不含宏和外部链接的 .docx 文档后重新发送。",
)
def active(document: Document, case: Matter) -> Hits:  # noqa: ARG001
    """文档中有宏、嵌入的程序，或指向网络的外部模板（http、UNC；本机路径不算）。从不执行，也不转发。"""
    yield from _met(document, Problem.ACTIVE)


@rule(
    "S003",
    Severity.REVIEW,
    on=Subject.DOCUMENT,
    scope=Scope.DOCUMENT,
    title="附件是程序或有害文件",
    message="「{where}」是程序或异常文件{detail}，出于安全未予打开，须由处室复核。",
    fix="请不要发送程序；如系误发，请删去后重新发送其余材料。",
)
def hostile(document: Document, case: Matter) -> Hits:  # noqa: ARG001
    """附件是可执行程序，或会造成危害：解压炸弹、越出目录的路径、链接、外部实体。不读取，不成为需求。

    附件名称中的怪异字符只作清理，不算。
    """
    yield from _met(document, Problem.HOSTILE, Problem.EXECUTABLE)


def _met(document: Document, *problems: Problem) -> Hits:
    details = [t.detail for t in document.troubles if t.problem in problems]
    if details:
        said = "；".join(dict.fromkeys(d for d in details if d))
        yield Hit(document.path, words={"detail": f"（{said}）" if said else ""}, document=document.path)
