"""Names of the layers that networks share; apart from `networks`, which loads Keras.

Every network has `features` and `logit`; `patch_logits` only those whose head is linear on every patch.
"""

FEATURES_LAYER = "features"
PATCH_LAYER = "patch_logits"
LOGIT_LAYER = "logit"
