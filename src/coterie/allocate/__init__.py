"""Channel mix by segment: register, performance, score matrix."""

from __future__ import annotations

from coterie.allocate.facts import BASE
from coterie.allocate.matrix import CellOverride, MatrixCell, PrincipleWeights, ScoreMatrix, score_matrix
from coterie.allocate.performance import channel_overlap, channel_performance
from coterie.allocate.principles import PrincipleFigure
from coterie.allocate.register import ChannelCost, ChannelDefinition, ChannelRegister, channel_register, ready_channels

__all__ = [
    "BASE",
    "CellOverride",
    "ChannelCost",
    "ChannelDefinition",
    "ChannelRegister",
    "MatrixCell",
    "PrincipleFigure",
    "PrincipleWeights",
    "ScoreMatrix",
    "channel_overlap",
    "channel_performance",
    "channel_register",
    "ready_channels",
    "score_matrix",
]
