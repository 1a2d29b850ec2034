"""Cases of T001–T004: is the demand within the call."""

from __future__ import annotations

from rule_cases import Case
from rule_cases.given import PACK, form, pack
from rules.packs.call import ApplicantSpec

REGIONAL = pack(applicant=ApplicantSpec("enterprise", "所在地区", ("内蒙古", "包头")))


def field(value: str, name: str = "宽功率电解水制氢装备研制") -> tuple[object, ...]:
    return form({"所属领域": value, "创新需求名称": name}), PACK


def applicant(name: str, region: str = "内蒙古自治区包头市") -> tuple[object, ...]:
    return form({"申报单位": name, "所在地区": region}), REGIONAL


CASES = (
    Case("T001", "a listed field", (), field("新材料领域")),
    Case("T001", "rare earths", ("所属领域",), field("稀土领域"), ("稀土领域",)),
    Case("T001", "rare earths behind a listed field", ("所属领域",), field("新材料领域（稀土永磁）")),
    Case("T001", "said not to be rare earths", (), field("新材料领域（非稀土）")),
    Case("T001", "rare earths left out", (), field("矿产资源开发利用领域（稀土除外）")),
    Case("T001", "only in the name: T004", (), field("新材料领域", "稀土永磁材料制备")),
    Case("T002", "a listed field", (), field("航空航天领域")),
    Case("T002", "without the word 领域", (), field("新材料")),
    Case("T002", "numbered, in another width", (), field("（九）数字经济和人工智能＋领域")),
    Case("T002", "the notice's other word", (), field("新型化工")),
    Case("T002", "a half of the name", (), field("数字经济")),
    Case("T002", "another half", (), field("人工智能+")),
    Case("T002", "a short word", (), field("固废")),
    Case("T002", "several listed ones: the first counts", (), field("新能源领域、新材料领域")),
    Case("T002", "a listed one with its direction", (), field("新能源领域——氢能方向")),
    Case("T002", "a field of its own", ("所属领域",), field("生物医药领域"), ("生物医药领域",)),
    Case("T002", "a listed word inside another", ("所属领域",), field("新能源汽车领域")),
    Case("T002", "a blank one is F010", (), field("/")),
    Case("T002", "an excluded one is T001", (), field("稀土")),
    Case("T003", "a company of the region", (), applicant("包头北方制氢装备有限公司")),
    Case("T003", "a university", ("申报单位",), applicant("内蒙古科技大学")),
    Case("T003", "a company from elsewhere", ("所在地区",), applicant("山西煤机有限公司", "山西省大同市")),
    Case("T003", "a blank one is F010", (), applicant("", "")),
    Case("T003", "a call for everybody", (), (form({"申报单位": "内蒙古科技大学"}), PACK)),
    Case("T004", "a name within the call", (), field("新材料领域")),
    Case("T004", "the name speaks of rare earths", ("创新需求名称",), field("新材料领域", "稀土永磁材料制备")),
    Case("T004", "无稀土", (), field("新材料领域", "无稀土永磁电机研制")),
    Case("T004", "非稀土", (), field("新材料领域", "非稀土催化剂研制")),
    Case("T004", "不含稀土", (), field("新材料领域", "不含 稀土的镁合金")),
    Case("T004", "once without, once with", ("创新需求名称",), field("新材料领域", "非稀土催化剂替代稀土催化剂")),
    Case("T004", "the field says so itself: T001", (), field("稀土领域", "稀土永磁材料制备")),
)
