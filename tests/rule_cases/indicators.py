"""Cases of F030–F032 and T005: what the indicators and other sections say."""

from __future__ import annotations

from dataclasses import replace

from intake.model import Section
from rule_cases import Case
from rule_cases.given import INDICATORS, PACK, form, pack
from rules.packs.call import IndicatorSpec, SectionSpec

BEST, STANDARD, TARGET = (part + "；" for part in INDICATORS.rstrip("。").split("；"))
NAMES = pack(sections=(SectionSpec("背景及需求", must_name="enterprise"),))
NO_PAPERS = pack(indicators=IndicatorSpec("考核指标", papers_refused=True))


def indicators(text: str, call: object = PACK) -> tuple[object, ...]:
    return form(sections={"考核指标": Section("考核指标", "考核指标", text, 300, order=3)}), call


def background(text: str) -> tuple[object, ...]:
    return form(sections={"背景及需求": text}), NAMES


CASES = (
    Case("F030", "numbers", (), indicators(INDICATORS)),
    Case("F030", "no number at all", ("考核指标",), indicators("性能显著优于国家标准，达到行业最优水平。")),
    Case("F030", "full-width digits", (), indicators("效率达到９５％")),
    Case("F030", "百分之", (), indicators("效率提高百分之二十")),
    Case("F030", "成", (), indicators("能耗下降三成")),
    Case("F030", "倍", (), indicators("寿命延长两倍以上")),
    Case("F030", "一成套 is no number", ("考核指标",), indicators("形成一成套装备，完成示范")),
    Case("F030", "an empty section is F021", (), indicators("")),
    Case("F030", "a call that asks for none", (), indicators("没有数字", pack(indicators=None))),
    Case("F031", "all three are stated", (), indicators(INDICATORS)),
    Case("F031", "no best of today", ("考核指标",), indicators(STANDARD + TARGET), ("目前行业最优指标",)),
    Case("F031", "no standard", ("考核指标",), indicators(BEST + TARGET), ("国家或行业标准",)),
    Case("F031", "no target", ("考核指标",), indicators(BEST + STANDARD), ("本项目拟实现指标",)),
    *(
        Case("F031", f"in other words: {text}", (), indicators(text + others))
        for text, others in (
            ("对标国际领先企业，效率96%；", STANDARD + TARGET),
            ("国外水平：能耗3.0；", STANDARD + TARGET),
            ("龙头企业做到92%；", STANDARD + TARGET),
            ("符合国家一级能效；", BEST + TARGET),
            ("符合MT/T 1201.1；", BEST + TARGET),
            ("攻关后达到98%；", BEST + STANDARD),
            ("目标：98%；", BEST + STANDARD),
        )
    ),
    Case(
        "F031",
        "what one will reach is not today's best",
        ("考核指标",),
        indicators("整体达到国际领先水平；" + STANDARD + TARGET),
    ),
    Case("F031", "a standard by its number", (), indicators(BEST + "按照GB/T 19774-2005不低于90%；" + TARGET)),
    Case(
        "F031",
        "standards to be written are no standard",
        ("考核指标",),
        indicators(BEST + TARGET + "制定企业标准或团体标准3项，起草国家标准1项。"),
        ("国家或行业标准",),
    ),
    Case("F031", "an empty section is F021", (), indicators("")),
    Case("F032", "a company by name", (), background("为解决内蒙古草原乳业有限公司的需求")),
    Case("F032", "no company", ("背景及需求",), background("区内乳制品加工技术亟待提升")),
    Case("F032", "companies in general", ("背景及需求",), background("与相关企业、某公司和有关公司合作")),
    Case("F032", "a company with a word of grammar in its name", (), background("与华为公司合作")),
    Case("F032", "a cooperative", (), background("呼和浩特市旺牛养殖专业合作社需要该技术")),
    Case("F032", "companies far away in general", ("背景及需求",), background("核心技术被跨国公司垄断")),
    Case("F032", "an empty section is F020 or F021", (), background("")),
    Case("F032", "a call that does not ask", (), (form(), PACK)),
    Case("T005", "machines and patents", (), indicators("研制样机1台，申请专利5件，发表论文2篇", NO_PAPERS)),
    Case("T005", "papers only", ("考核指标",), indicators("发表SCI论文5篇；在核心期刊发表论文3篇", NO_PAPERS)),
    Case(
        "T005",
        "as many papers as other results",
        (),
        indicators("发表论文2篇；申请发明专利3件", NO_PAPERS),
        on_the_limit=True,
    ),
    Case("T005", "measures are results", (), indicators("存活率达到90%以上；周期缩短20%；发表论文3篇", NO_PAPERS)),
    Case(
        "T005",
        "students go with papers",
        ("考核指标",),
        indicators("1.发表论文6篇，其中SCI论文2篇；2.培养研究生3名", NO_PAPERS),
    ),
    Case("T005", "a call that does not mind", (), indicators("发表论文5篇", replace(PACK, indicators=None))),
)
