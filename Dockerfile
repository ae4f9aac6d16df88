# syntax=docker/dockerfile:1
# Unmask as a service. docs/operation.md says how to build and run it.
FROM python:3.11.14-slim-bookworm

# Matplotlib and the Hub's client would write to the home of a user who has none; TensorFlow is told to say less.
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    HF_HOME=/tmp/huggingface \
    TF_CPP_MIN_LOG_LEVEL=3 \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860 \
    GRADIO_TEMP_DIR=/tmp/uploads \
    UNMASK_LOG_FORMAT=json

# Without a home and without a shell; the numbers are fixed so that volumes and policies can name them.
RUN groupadd --system --gid 10001 unmask \
    && useradd --system --uid 10001 --gid unmask --no-create-home --shell /usr/sbin/nologin unmask

WORKDIR /app

# Before the code: this layer is large and seldom changes.
COPY requirements.txt ./
RUN pip install --requirement requirements.txt

# Gradio writes a description of components beside the code that defines them, and goes on where it can't.
COPY app.py README.md LICENSE ./
COPY model ./model
COPY explain ./explain
COPY evidence ./evidence
COPY report ./report
COPY web ./web
COPY examples ./examples

USER 10001:10001
EXPOSE 7860
# Uploads lie in memory if the container is run read-only with a tmpfs here; see compose.yaml.
VOLUME ["/tmp"]

# Within this time TensorFlow has loaded and one example was inspected, on two slow cores too.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/health', timeout=4)"]

STOPSIGNAL SIGTERM
CMD ["python", "app.py"]
