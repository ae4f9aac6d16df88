"""Names of the layers that every network has; apart from `networks`, which loads Keras."""

FEATURES_LAYER = "features"
PATCH_LAYER = "patch_logits"
LOGIT_LAYER = "logit"
