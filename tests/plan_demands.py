"""Demands for the taxonomy: some made of the plan's own words, some of the ten fields of a call, with fitting tasks."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from rules.similar.taxonomy import PLAN

EACH = 20
VERBS = re.compile(r"^(?:重点|加快|积极)?(?:开展|研发|推进|支持|发展|研究|开发|加强|探索|突破|进行)")


@dataclass(frozen=True)
class Wanted:
    """A demand's name, 所属领域 and text, and the tasks that an officer would accept (0: none)."""

    name: str
    subject: str
    text: str
    tasks: tuple[int, ...]


def titles() -> dict[int, str]:
    return {int(row[0]): row[1] for row in _rows()}


def of_own_words() -> dict[int, list[Wanted]]:
    """For each 专栏 twenty demands: a phrase of it as the name, that and two more as the text."""
    found = {}
    for row in _rows():
        phrases = [p for p in re.split(r"[，、；。]", row[2]) if len(p) > 7]
        found[int(row[0])] = [_made_of(phrases, n, int(row[0])) for n in range(EACH)]
    return found


def _made_of(phrases: list[str], n: int, number: int) -> Wanted:
    one, two, three = (phrases[(n * step + step) % len(phrases)] for step in (1, 3, 5))
    text = f"围绕自治区产业发展需求，{one}，{two}；{three}。解决关键共性技术问题，形成示范。"
    return Wanted(VERBS.sub("", one), "", text, (number,))


def _rows() -> list[list[str]]:
    return list(csv.reader(PLAN.read_text(encoding="utf-8").splitlines()))[1:]


OF_FIELDS = (
    Wanted("10MW级海上漂浮式风电机组主轴承国产化", "现代装备制造领域", "研制大尺寸主轴承及滚子热处理工艺。", (7, 2)),
    Wanted("甲醇增程重卡混合动力总成", "现代装备制造领域", "开发高热效率甲醇发动机与双电机混动系统。", (7, 3, 19)),
    Wanted("大型半自磨机衬板寿命预测与换装机械手", "现代装备制造领域", "研制七自由度机械手和磨损在线监测。", (7,)),
    Wanted("高海拔沙戈荒光伏支架抗风沙设计", "新能源领域", "研究风沙耦合载荷下的支架与跟踪系统。", (2,)),
    Wanted("新能源高占比电网频率支撑技术", "新能源领域", "研究风电场惯量响应与储能协同调频。", (2, 4)),
    Wanted("70MPa车载储氢瓶用碳纤维缠绕工艺", "新能源领域", "突破高压储氢瓶内胆与缠绕层协同设计。", (3,)),
    Wanted("200MW级全钒液流储能电站集成", "新能源领域", "研究电堆一致性与电解液衰减恢复。", (4,)),
    Wanted("小型模块化核能供热堆安全监测", "新能源领域", "研究堆芯温度场重构与预警。", (0, 7)),
    Wanted("8英寸碳化硅单晶衬底低缺陷生长", "新材料领域", "控制微管与位错密度，实现批量制备。", (6,)),
    Wanted("高端铝合金罐体板带轧制", "新材料领域", "开发高成形性铝合金板带及表面处理技术。", (5, 6)),
    Wanted("石墨烯改性锂电池导电浆料", "新材料领域", "研究石墨烯分散与规模化涂布。", (6, 4)),
    Wanted("煤制乙二醇聚酯级提纯", "现代化工领域", "攻克微量杂质脱除与紫外透光率稳定控制。", (5,)),
    Wanted("含氟电子特气合成与纯化", "现代化工领域", "开发六氟丁二烯等特气的连续合成工艺。", (5,)),
    Wanted("煤化工尾气二氧化碳制碳酸二甲酯", "现代化工领域", "开发二氧化碳与甲醇直接合成催化剂。", (5, 18, 19)),
    Wanted("氢基竖炉直接还原铁工程化", "绿色冶金领域", "研究富氢还原气分布与球团低温粉化抑制。", (5, 19)),
    Wanted("复杂铜精矿绿色冶炼与砷开路", "绿色冶金领域", "开发侧吹熔炼强化与砷固化新工艺。", (5,)),
    Wanted("硅热法炼镁还原罐余热梯级回收", "绿色冶金领域", "回收还原渣显热用于白云石预热。", (5, 10)),
    Wanted("深部隐伏银多金属矿三维定位预测", "矿产资源开发利用领域", "研究综合物化探数据融合与靶区优选。", (0, 9)),
    Wanted("白云鄂博共伴生铌资源选冶", "矿产资源开发利用领域", "研究铌铁矿与稀土矿物的高效分离。", (6, 5, 0, 1)),
    Wanted("盐湖卤水提锂吸附剂", "矿产资源开发利用领域", "研制高寒地区低品位卤水锂吸附材料。", (0, 6, 4)),
    Wanted("千米深井冲击地压智能预警", "煤炭清洁高效利用领域", "研究微震与应力多参量融合的煤矿灾害预警。", (1,)),
    Wanted("660MW循环流化床机组深度调峰", "煤炭清洁高效利用领域", "研究宽负荷稳燃与超低排放协同。", (1,)),
    Wanted("低阶煤分级分质转化", "煤炭清洁高效利用领域", "研究快速热解与半焦气化耦合。", (1, 5)),
    Wanted("粉煤灰提取氧化铝残渣制陶粒", "固废高值化利用领域", "研究残渣改性与轻质陶粒烧成。", (17, 5)),
    Wanted("退役风电叶片热解回收玻纤", "固废高值化利用领域", "研究连续热解装备与再生纤维增强建材。", (17,)),
    Wanted("电石渣矿化固定二氧化碳制高纯碳酸钙", "固废高值化利用领域", "研究烟气直接矿化与晶型控制。", (17, 18)),
    Wanted("草原牧区大模型知识服务平台", "数字经济和人工智能+领域", "构建蒙汉双语畜牧大模型与智能问答。", (9, 13)),
    Wanted("绿电直供智算中心算电协同调度", "数字经济和人工智能+领域", "研究算力负荷预测与绿电匹配。", (9,)),
    Wanted("矿区自动驾驶混编运行安全验证", "数字经济和人工智能+领域", "研究矿卡自动驾驶仿真测试与安全评估。", (9, 7)),
    Wanted("长航时油电混动巡检无人机", "航空航天领域", "研制高原高寒环境长航时无人机动力系统。", (7,)),
    Wanted("低空航路气象保障与飞行服务", "航空航天领域", "构建低空气象感知网络与飞行服务系统。", (7, 9)),
    Wanted("商业火箭可重复使用发动机涡轮泵", "航空航天领域", "研究液氧甲烷发动机涡轮泵寿命。", (7,)),
)
OUTSIDE = (
    Wanted("民族音乐传承人口述史采集", "", "走访传承人，整理影音资料。", (0,)),
    Wanted("城市公共图书馆阅读推广", "", "举办阅读活动，服务读者。", (0,)),
)
