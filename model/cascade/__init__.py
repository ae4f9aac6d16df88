"""The face search: MTCNN's three networks on ONNX Runtime, and what joins them."""
