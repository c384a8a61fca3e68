"""The reward: one completion in, one `Trace` out (paper, section 3.3)."""

from webgen_r1.reward.cascade import CascadedReward
from webgen_r1.reward.presets import Evidence, grade

__all__ = ["CascadedReward", "Evidence", "grade"]
