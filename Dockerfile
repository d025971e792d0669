# Builds Intake, then ships the one program in a small image that runs as an ordinary user on a read-only file system.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
# The distribution's security updates are wanted, not one version of a compiler.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY Cargo.toml Cargo.lock askama.toml ./
COPY benches benches
COPY config config
COPY migrations migrations
COPY src src
COPY static static
COPY templates templates
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    mkdir -p tests/it && echo '//! Not in the image.' > tests/it/main.rs \
    && cargo build --release --locked --bin intake && cp target/release/intake /intake

FROM debian:bookworm-slim
RUN groupadd --system --gid 10001 intake \
    && useradd --system --uid 10001 --gid 10001 --home-dir /data --shell /usr/sbin/nologin intake \
    && install -d -o intake -g intake -m 0700 /data
COPY --from=build /intake /usr/local/bin/intake
COPY LICENSE /usr/share/doc/intake/LICENSE
USER 10001:10001
ENV INTAKE__DATA_DIR=/data INTAKE__HTTP__BIND=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# Ready: what this container serves can be served. Not for `intake work`, which listens nowhere: there use --no-healthcheck.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && test \"$status\" = 200"]
ENTRYPOINT ["intake"]
CMD ["serve"]
