"""Checks and readings in plain words: “test accuracy at least 95 %”.

Written from the expression itself, so that words and proof cannot differ. The grammar of checks is
a part of Python's, so its own parser takes them apart; nothing is evaluated.
"""

from __future__ import annotations

import ast
import math

from playground.experiment import numerals

SPLITS = {
    "train": ("training", "训练"),
    "validation": ("validation", "验证"),
    "test": ("test", "测试"),
}
METRICS = {
    "loss": ("{} loss", "{}损失"),
    "accuracy": ("{} accuracy", "{}准确率"),
    "mae": ("mean error on {} data", "{}平均误差"),
    "bits": ("bits a character on {} data", "{}集每字符比特数"),
    "perplexity": ("perplexity on {} data", "{}困惑度"),
    "reconstruction": ("error of rebuilding {} data", "{}重建误差"),
    "kl": ("KL divergence on {} data", "{}KL 散度"),
    "discriminator_loss": ("discriminator’s {} loss", "判别器{}损失"),
    "modes": ("clouds covered", "覆盖的点云数"),
    "share": ("samples near a cloud", "落在点云附近的样本"),
}
NAMES = {
    "step": ("steps", "步数"),
    "epoch": ("epochs", "轮数"),
    "batch_loss": ("loss of the batches", "批次损失"),
    "height": ("height", "高度"),
    "epochs": ("epochs", "轮数"),
    "classes": ("number of classes", "类别数"),
    "parameters": ("numbers to learn", "参数个数"),
    "gradient_ratio": ("first layer’s gradient ÷ last layer’s", "首层梯度 ÷ 末层梯度"),
    "start_gradient_ratio": (
        "first layer’s gradient ÷ last layer’s, at the start",
        "训练前首层梯度 ÷ 末层梯度",
    ),
    "start_gradient": ("gradient ÷ weights at the start", "训练前梯度 ÷ 权重"),
    "dead": ("dead neurons", "死神经元"),
    "stuck": ("outputs on the flat ends", "处于饱和区的输出"),
    "start_stuck": ("outputs on the flat ends at the start", "训练前处于饱和区的输出"),
    "yes_accuracy": ("right answers", "判断正确"),
    "field": ("width of what a value sees, in pixels", "感受野边长（像素）"),
    "kernel_sum": ("sum of the weights", "权重之和"),
    "row_sums": ("largest sum of a row", "各行之和的最大绝对值"),
    "column_sums": ("largest sum of a column", "各列之和的最大绝对值"),
    "error": ("error of the copies", "重建误差"),
    "pca_error": ("error of PCA", "PCA 的误差"),
    "code_spread": ("spread of the codes", "编码的标准差"),
}
FACTS = {  # as it is, and as it is not
    "diverged": (("the loss overflows", "损失溢出"), ("the loss stays finite", "损失不溢出")),
    "alike": (
        ("all neurons of a layer are alike", "同层神经元全都一样"),
        ("the neurons of a layer differ", "同层神经元各不相同"),
    ),
}
CALLS = {
    "first": ("{} at the start", "开始时的{}"),
    "last": ("{}", "{}"),
    "lowest": ("lowest {}", "最低{}"),
    "highest": ("highest {}", "最高{}"),
    "rise": ("{} at the end", "最终{}"),
    "wobble": ("jumps of the {}", "{}的波动"),
    "epochs_to": ("epochs until {}", "达到“{}”所需轮数"),
    "steps_to": ("steps until {}", "达到“{}”所需步数"),
    "zeros": ("weights of layer {} that are 0", "第 {} 层中为 0 的权重"),
    "largest": ("largest weight of layer {}", "第 {} 层的最大权重"),
    "shifted": ("accuracy on images moved by {} pixels", "图像平移 {} 像素后的准确率"),
    "recall": ("recall", "召回率"),
    "precision": ("precision", "精确率"),
    "roc_area": ("area under the ROC curve", "ROC 曲线下面积"),
}
SHARES = {"accuracy", "share", "dead", "stuck", "start_stuck", "yes_accuracy", "zeros", "shifted"}
SHARES |= {"recall", "precision"}
RELATIONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.GtE: ("{} at least {}", "{}至少 {}"),
    ast.Gt: ("{} above {}", "{}大于 {}"),
    ast.LtE: ("{} at most {}", "{}至多 {}"),
    ast.Lt: ("{} below {}", "{}小于 {}"),
    ast.Eq: ("{} = {}", "{} = {}"),
}
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.GtE: ast.LtE,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.Lt: ast.Gt,
    ast.Eq: ast.Eq,
}
AND, OR, NOT = (", and ", "，并且"), (", or ", "，或者"), ("not: {}", "并非：{}")
SIZE = ("size of the {}", "{}的大小")
WITHIN = {
    "epochs_to": ("{} within {} epochs", "{1} 轮内{0}"),
    "steps_to": ("{} within {} steps", "{1} 步内{0}"),
}
NEAR = ("{} within {} of {}", "{0}与{2}相差不到 {1}")
BETWEEN = ("{} from {} to {}", "{}在 {} 到 {} 之间")
TIMES = ("{} times its lowest", "最低值的 {} 倍")
NEVER, YES, NO = ("never", "从未"), ("yes", "是"), ("no", "否")


def goal(check: str, language: str) -> str:
    """What a check asks, as half a sentence."""
    return _Writer(language).condition(_parsed(check))


def reading(text: str, language: str) -> str:
    """What is read of a run: the name of a number."""
    return _Writer(language).quantity(_parsed(text))


def value(text: str, number: float, language: str) -> str:
    """Its value, in the unit that suits it."""
    writer = _Writer(language)
    if text in FACTS:
        return writer.pick(YES if number > 0 else NO)
    return writer.number(number, _parsed(text))


def _parsed(text: str) -> ast.expr:
    """The expression; what is written in another way than Python's stays as it is."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return ast.Name(text)


class _Writer:
    def __init__(self, language: str) -> None:
        self.index = 1 if language == "zh" else 0

    def pick(self, words: tuple[str, str], *parts: str) -> str:
        return words[self.index].format(*parts)

    def condition(self, node: ast.expr) -> str:
        if isinstance(node, ast.BoolOp):
            joint = self.pick(AND if isinstance(node.op, ast.And) else OR)
            return joint.join(self.condition(part) for part in node.values)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            if isinstance(node.operand, ast.Name) and node.operand.id in FACTS:
                return self.pick(FACTS[node.operand.id][1])
            return self.pick(NOT, self.condition(node.operand))
        if isinstance(node, ast.Compare):
            return self.comparison(node)
        return self.quantity(node)

    def comparison(self, node: ast.Compare) -> str:
        left, right, relation = node.left, node.comparators[0], type(node.ops[0])
        if len(node.ops) == 2:  # 0.8 <= x <= 1.4
            ends = self.side(left, right), self.side(node.comparators[1], right)
            return self.pick(BETWEEN, self.quantity(right), *ends)
        if _constant(left) is not None:
            left, right, relation = right, left, TURNED[relation]
        if relation in (ast.LtE, ast.Lt):
            if (words := WITHIN.get(_call(left))) and _constant(right) is not None:
                return self.pick(words, self.condition(_argument(left)), self.side(right, left))
            if _call(left) == "abs" and isinstance(gap := _argument(left), ast.BinOp):
                sides = self.quantity(gap.left), self.quantity(gap.right)
                return self.pick(NEAR, sides[0], self.side(right, left), sides[1])
        return self.pick(RELATIONS[relation], self.quantity(left), self.side(right, left))

    def side(self, node: ast.expr, of: ast.expr) -> str:
        """What something is compared with: a number in the other side's unit, or a quantity."""
        number = _constant(node)
        return self.quantity(node) if number is None else self.number(number, of)

    def number(self, number: float, of: ast.expr) -> str:
        """A value of a quantity."""
        if math.isinf(number) and number > 0:
            return self.pick(NEVER)
        if _is_share(of):
            return numerals.percent(number, 0 if number in (0, 1) else 1).replace(".0 %", " %")
        if _call(of) == "rise":
            return self.pick(TIMES, numerals.short(number))
        whole = abs(number) >= 1000 and float(number).is_integer()
        return numerals.count(number) if whole else numerals.short(number)

    def quantity(self, node: ast.expr) -> str:
        """The name of what is measured."""
        if isinstance(node, ast.Name):
            return self.named(node.id)
        if (number := _constant(node)) is not None:
            return numerals.short(number)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self.called(node.func.id, node.args)
        if isinstance(node, ast.Compare | ast.BoolOp):
            return self.condition(node)
        return ast.unparse(node)

    def named(self, name: str) -> str:
        if name in FACTS:
            return self.pick(FACTS[name][0])
        if name in NAMES:
            return self.pick(NAMES[name])
        split, _, metric = name.partition("_")
        if split in SPLITS and metric in METRICS:
            return self.pick(METRICS[metric], self.pick(SPLITS[split]))
        return name

    def called(self, name: str, arguments: list[ast.expr]) -> str:
        if name in ("zeros", "largest") and (layer := _constant(arguments[0])) is not None:
            return self.pick(CALLS[name], str(int(layer) + 1))
        parts = [self.quantity(argument) for argument in arguments]
        if name == "abs":
            return self.pick(SIZE, *parts)
        return self.pick(CALLS[name], *parts) if name in CALLS else f"{name}({', '.join(parts)})"


def _constant(node: ast.expr) -> float | None:
    """The number that it is, if it is one."""
    value = node.value if isinstance(node, ast.Constant) else None
    return float(value) if isinstance(value, int | float) else None


def _call(node: ast.expr) -> str:
    """Which function is called."""
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return node.func.id if is_call else ""  # type: ignore[attr-defined]


def _argument(node: ast.expr) -> ast.expr:
    assert isinstance(node, ast.Call)
    return node.args[0]


def _is_share(node: ast.expr) -> bool:
    """Whether a quantity is a share of one, written in per cent."""
    if isinstance(node, ast.Name):
        return node.id in SHARES or node.id.partition("_")[2] in SHARES
    if _call(node) in ("first", "last", "lowest", "highest", "abs"):
        return _is_share(_argument(node))
    return _call(node) in SHARES
