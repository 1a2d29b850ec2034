"""Money as people write it: the amount asked for, the matching funds, and what must not be taken for them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from chinese import WIDE, written
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.forms.amounts import read_money
from intake.forms.numerals import read_number

amounts = st.integers(1, 99_999)


def plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


NOTATIONS = {
    "800万元": lambda wan: f"{wan}万元",
    "800 万元": lambda wan: f"{wan} 万元",
    "800.00万元": lambda wan: f"{wan}.00万元",
    "８００万元": lambda wan: f"{wan}万元".translate(WIDE),
    "8,000,000元": lambda wan: f"{wan * 10_000:,}元",
    "8，000，000元": lambda wan: f"{wan * 10_000:,}元".replace(",", "，"),
    "8000000元": lambda wan: f"{wan * 10_000}元",
    "0.08亿元": lambda wan: f"{plain(Decimal(wan) / 10_000)}亿元",
    "八百万元": lambda wan: f"{written(wan * 10_000)}元",
    "捌佰万元整": lambda wan: f"{written(wan * 10_000, formal=True)}元整",
    "800(万元)": lambda wan: f"{wan}(万元)",
    "800万": lambda wan: f"{wan}万",
    "8000千元": lambda wan: f"{wan * 10}千元",
}
notations = st.sampled_from(sorted(NOTATIONS))

SENTENCES = (
    "申请自治区财政专项资金{f}，由企业牵头，企业配套资金{o}。",
    "拟申请财政专项资金{f}；北疆公司承诺配套{o}，资金来源为企业自有资金。",
    "项目总投入{t}，其中申请自治区财政专项资金{f}，企业自筹配套资金{o}。",
    "总投入{t}，其中{f}为自治区财政资金，{o}由企业自筹。",
    "财政资金{f}，企业自筹资金{o}，合计{t}。",
    "企业投入{o}，申请财政支持{f}，项目总投资{t}。",
    "财政资金和企业自筹资金分别为{f}和{o}。",
    "1.申请自治区财政专项资金：{f}\n2.企业自筹资金：{o}\n3.总投资：{t}",
    "本项目前期已投入研发经费882万元，现申请自治区财政专项资金共计{f}，单位自筹{o}。",
    "资金来源\t金额\n自治区财政专项资金\t{f}\n企业自筹\t{o}\n合计\t{t}",
    "总投入\t申请财政资金\t企业自筹\n{t}\t{f}\t{o}",
)


@settings(deadline=None, max_examples=150)
@given(amounts, notations)
def test_an_amount_is_read_in_every_notation(wan: int, notation: str) -> None:
    money = read_money(f"申请自治区财政专项资金{NOTATIONS[notation](wan)}。")
    assert money.amount == wan
    assert money.matching is None


@settings(deadline=None, max_examples=200)
@given(amounts, amounts, notations, st.sampled_from(SENTENCES))
def test_fiscal_and_own_money_are_told_apart(fiscal: int, own: int, notation: str, sentence: str) -> None:
    write = NOTATIONS[notation]
    money = read_money(sentence.format(f=write(fiscal), o=write(own), t=write(fiscal + own)))
    assert money.asked == (fiscal,)
    assert money.matching == own


@settings(deadline=None, max_examples=60)
@given(
    st.integers(100, 2000),
    st.decimals("0.5", "5", places=1),
    st.sampled_from(("1:{}", "1：{}", "1∶{}", "1比{}", "１：{}", "1 : {}")),
)
def test_a_ratio_alone_gives_the_matching_funds(wan: int, times: Decimal, form: str) -> None:
    money = read_money(f"申请自治区财政专项资金{wan}万元，企业按{form.format(plain(times))}的比例配套。")
    assert money.matching == wan * times
    assert money.ratio == times


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10**11), st.booleans())
def test_numbers_written_in_chinese_are_read_back(number: int, formal: bool) -> None:
    assert read_number(written(number, formal)) == number


@settings(deadline=None, max_examples=100)
@given(st.text("申请财政自筹配套总投入万亿元0123456789.,，、：:（）()\t\n比倍%年-—至零十百千", max_size=40))
def test_any_words_about_money_are_read_without_a_crash(text: str) -> None:
    money = read_money(text)
    assert all(a >= 0 for a in money.asked)


@pytest.mark.parametrize(
    ("text", "asked", "matching"),
    [
        ("所需资金按照任务书核定，暂不填报具体数额。", [], None),
        ("自治区财政专项资金支持500-1000万元，若由企业牵头，配套资金不低于1:2或1:3", [], None),
        ("项目总经费2400万元，企业自筹1600万元。", [], 1600),
        ("资金需求2400万元，其中企业自筹1600万元。", [], 1600),
        ("申请800万美元。", [], None),
        ("无", [], None),
        ("800万元", [800], None),
        ("申请自治区财政资金800万元。另申请自治区财政资金600万元。", [800, 600], None),
        ("申请财政资金800万元（捌佰万元整），企业配套2000万元。", [800], 2000),
        ("申请财政专项资金800万元，其中2027年400万元，2028年400万元；企业自筹1600万元。", [800], 1600),
        ("自治区财政资金：2027年300万元、2028年300万元、2029年200万元。", [800], None),
        ("申请财政专项资金800万元，主要用于设备购置300万元、材料费500万元。", [800], None),
        ("申请财政资金500万元；企业自筹1000万元，其中自有资金600万元，银行贷款400万元。", [500], 1000),
        ("申请财政资金800万元，甲公司配套1000万元，乙公司配套600万元。", [800], 1600),
        ("申请专项资金500万元，自筹资金与财政资金比例为3:1。", [500], 1500),
        ("申请自治区财政资金800万元，企业按财政资金的2倍进行配套。", [800], 1600),
        ("申请财政资金800万元，企业配套资金为财政资金的200%。", [800], 1600),
        ("项目达产后年产值5000万元，申请财政专项资金500万元。", [500], None),
        ("项目总经费800万元，全部申请自治区财政专项资金。", [800], None),
        ("申请财政经费（万元）：800；自筹经费（万元）：1600", [800], 1600),
        ("申请财政资金1千5百万元。", [1500], None),
        ("申请财政资金1亿2千万元。", [12000], None),
        (
            "单位：万元\n来源\t2027年\t2028年\t2029年\t合计\n自治区财政\t300\t300\t200\t800\n"
            "企业自筹\t600\t600\t400\t1600\n合计\t900\t900\t600\t2400",
            [800],
            1600,
        ),
        ("总投资3000万元，申请财政资金1000万元，其余由企业自筹。", [1000], 2000),
        ("申请财政资金800万元，配套不低于1:2，计划投入1800万元。", [800], 1800),
        ("财政500万元/自筹1000万元", [500], 1000),
        ("2027年：财政300万元，自筹600万元；2028年：财政300万元，自筹600万元。", [600], 1200),
        ("课题1：申请财政资金300万元，自筹600万元；课题2：申请财政资金300万元，自筹600万元。", [600], 1200),
        (
            "2027年：财政300万元，自筹600万元；2028年：财政300万元，自筹600万元。合计财政600万元，自筹1200万元。",
            [600],
            1200,
        ),
        ("申请财政资金600万元，平均每年200万元。企业每年自筹400万元，共计1200万元。", [600], 1200),
        ("申请财政资金600万元，其中高校200万元、企业400万元，企业自筹1200万元。", [600], 1200),
        ("申请财政资金【600】万元，企业自筹_1200_万元", [600], 1200),
        ("申请财政资金RMB600余万元", [600], None),
        ("申请财政资金600万元（大写：伍佰万元）", [600, 500], None),
        ("申请财政资金600万元\n企业配套：1:2", [600], 1200),
        ("申请财政资金七八百万元", [], None),
        ("中央财政资金0万元，自治区财政资金600万元，自筹资金1200万元", [600], 1200),
        ("申请财政资金600万元，支持强度不超过1000万元。", [600], None),
        ("总经费（万元）\t1800\n其中：财政经费\t600\n自筹经费\t1200", [600], 1200),
        ("来源\t金额（万元）\t占比\n财政资金\t600\t33\n自筹资金\t1200\t67", [600], 1200),
        ("科目\t财政资金（万元）\t自筹（万元）\n设备费\t500\t1000\n材料费\t300\t600\n合计\t800\t1600", [800], 1600),
    ],
)
def test_what_people_write_about_money(text: str, asked: list[int], matching: int | None) -> None:
    money = read_money(text)
    assert list(money.asked) == asked
    assert money.matching == matching


def test_the_words_read_are_quoted() -> None:
    money = read_money("申请自治区财政资金800万元。另申请自治区财政资金600万元，配套1600万元。")
    assert money.quotes == ("申请自治区财政资金800万元", "另申请自治区财政资金600万元", "配套1600万元")


@pytest.mark.parametrize(
    ("text", "of", "amount"),
    [
        ("1200万元", "总投入", 1200),
        ("1200", "总投入", 1200),
        ("1200万", "总投入", 1200),
        ("企业投入1200万元", "总投入", 1200),
        ("项目总投入3000万元，其中自筹2000万元", "总投入", 3000),
        ("万元", "总投入", None),
        ("总经费80万元，其中申请经费50万元，自筹30万元", "申请经费", 50),
        ("科目\t金额（万元）\n设备费\t30\n材料费\t20\n合计\t50", "申请经费", 50),
    ],
)
def test_other_calls_ask_for_the_total_or_the_grant(text: str, of: str, amount: int | None) -> None:
    assert read_money(text, of).amount == amount


@pytest.mark.parametrize(
    "endless", ["1" * 50_000, "一" * 50_000, "1," * 30_000, "1万" * 20_000, "1:2" * 20_000, "（" * 50_000]
)
def test_endless_text_is_read_in_no_time(endless: str) -> None:
    """Fails by hanging: patterns over numbers once took minutes on a long row of digits."""
    assert len(read_money(endless).asked) <= 1
