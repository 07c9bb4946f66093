# The bot as one image: locked dependencies, no build tools, nobody's root.
FROM python:3.12-slim AS dependencies
COPY requirements.lock .
RUN python -m venv /opt/warroom && \
    /opt/warroom/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.12-slim
RUN useradd --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin warroom
COPY --from=dependencies /opt/warroom /opt/warroom
WORKDIR /app
COPY app.yaml ./
COPY bot bot
COPY handlers handlers
COPY storage storage
COPY prompts prompts
ENV PATH=/opt/warroom/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATABASE_URL=sqlite:////data/warroom.db
USER 10001
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:3000/readyz', timeout=4)"]
# The signal to stop reaches the bot itself, which then finishes what is in hand.
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
