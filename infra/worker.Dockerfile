# The worker's image, for a CPU: the published worker, a bundle, and a base that holds the C and the C++ library, OpenSSL and CA
# certificates, and neither a shell nor a package manager. From the repository's root:
#   docker build -f infra/worker.Dockerfile --build-arg VERSION=0.2.0 -t sluice-worker .
# .NET's images are named by major and minor version and Ubuntu's release: what a rebuild brings is security fixes. What labels depend on
# is locked (packages.lock.json, models/mail/manifest.json).
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
# Without git in the context nobody else knows it.
ARG VERSION=0.0.0-unknown
ENV DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
WORKDIR /source
# What the packages follow from comes first, so that they are fetched anew only when it changes.
COPY .editorconfig BannedSymbols.txt Directory.Build.props Directory.Build.targets Directory.Packages.props global.json ./
COPY src/Inference/Inference.csproj src/Inference/packages.lock.json src/Inference/
COPY src/Schemas/Schemas.csproj src/Schemas/packages.lock.json src/Schemas/
COPY src/Worker/Worker.csproj src/Worker/Runtime.props src/Worker/packages.lock.json src/Worker/
RUN dotnet restore src/Worker -r linux-x64 -p:SelfContained=true -p:RestoreLockedMode=true
COPY src/Kernels/linux-x64 src/Kernels/linux-x64
COPY src/Inference src/Inference
COPY src/Schemas src/Schemas
COPY src/Worker src/Worker
# As docs/operations.md has it, "A folder to copy".
RUN dotnet publish src/Worker -c Release -r linux-x64 --self-contained -o artifacts/sluice-worker \
    -p:RestoreLockedMode=true -p:MinVerVersionOverride="$VERSION"

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
COPY --from=build /source/artifacts/sluice-worker /app
COPY LICENSE NOTICE /app/
COPY models/mail /model
# Metrics and health on 9464. What batches cost is learned at each start: a container has no memory of its own (give a folder of a volume
# in Sluice__Batching__CostFolder, and it has). ONNX Runtime reports nothing to its maker.
ENV Sluice__Model__Path=/model \
    Sluice__Metrics__Port=9464 \
    Sluice__Batching__CostFolder=none \
    ORT_DISABLE_TELEMETRY=1
EXPOSE 9464
# The base's user "app", by number, so that Kubernetes' runAsNonRoot can see that it is not root.
USER 1654
# Drains: what is in flight is labelled and committed. Give it longer than Pipeline:DrainTimeout (15 s) before it is killed.
STOPSIGNAL SIGTERM
# No HEALTHCHECK: who changes the port would have a container that is never well. Ask /health/live and /health/ready from outside, or with
# /app/Sluice.Worker --health http://127.0.0.1:9464/health/ready, as docker-compose.yml does.
ENTRYPOINT ["/app/Sluice.Worker"]
