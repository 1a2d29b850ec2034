"""The demands of the sample workspace: made-up firms, plausible technology, everything that the call asks for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Metric = tuple[str, str, str, str]  # what, today's best, what the standard asks, the target


@dataclass(frozen=True, slots=True)
class DemandText:
    """One made-up demand; ``amount`` and ``matching`` in 万元, ``hours`` those of the final test."""

    name: str
    subject: str
    applicant: str
    partner: str
    need: str
    goal: str
    work: str
    key: str
    metrics: tuple[Metric, ...]
    outcome: str
    benefit: str
    base: str
    amount: int
    matching: int
    years: int
    hours: int

    def fields(self, unit: str) -> dict[str, str]:
        """The labelled fields of the form, recommended by ``unit``."""
        return {
            "需求类型": "科技重大专项",
            "所属领域": self.subject,
            "申报单位": self.applicant,
            "归口管理部门": unit,
            "创新需求名称": self.name,
        }

    def sections(self) -> Mapping[str, str]:
        """The sections of the form by their keys."""
        return {
            "背景及需求": self.need,
            "研究目标及研究内容": f"1.研究目标\n{self.goal}\n2.研究内容\n{self.work}",
            "拟突破的关键技术和先进性": self.key,
            "考核指标": self._indicators(),
            "经济社会效益": self.benefit,
            "研发基础": self.base,
            "资金需求": f"申请自治区财政专项资金{self.amount}万元，由企业牵头，企业自筹配套资金{self.matching}万元。",
            "实施周期": f"项目实施周期为{self.years}年，自2027年1月至{2026 + self.years}年12月。",
        }

    def _indicators(self) -> str:
        lines = [
            f"{what}：目前行业最优指标为{best}；国家标准{standard}；本项目拟实现指标为{target}。"
            for what, best, standard, target in self.metrics
        ]
        test = (
            f"以上指标均以{self.applicant}的示范装置为考核对象，由具备资质的第三方机构按现行标准检测并出具报告，"
            f"累计运行不少于{self.hours}小时，由用户单位出具应用证明，验收时提交全部原始记录。"
        )
        return "\n".join([*lines, self.outcome, test])

    def row(self, number: int, contact: str, phone: str) -> tuple[str, ...]:
        """Its row of the 汇总表, in the official order of columns."""
        return (
            str(number),
            self.applicant,
            self.name,
            contact,
            phone,
            self.subject,
            str(self.amount),
            self.partner,
            "",
        )


def demo_demands() -> dict[str, DemandText]:
    """The made-up demands by their short names."""
    raw = tomllib.loads((Path(__file__).parent / "demo_demands.toml").read_text(encoding="utf-8"))
    return {
        name: DemandText(**{**values, "metrics": tuple(map(tuple, values["metrics"]))}) for name, values in raw.items()
    }
