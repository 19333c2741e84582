# shellcheck shell=bash
# Builds in Release, and only when something changed: a command that has nothing to build starts at once and needs no network.

# What the build reads, besides packages. Folders count too: their time changes when a file is added or removed.
build_inputs=(
    src tests Directory.Build.props Directory.Build.targets Directory.Packages.props BannedSymbols.txt .editorconfig global.json
    Streaming.sln
)

# The project that each target builds. "tests" is all of them.
build_project() {
    case $1 in
        worker) echo src/Cli ;;
        benchmarks) echo tests/Benchmarks ;;
        tests) echo Streaming.sln ;;
    esac
}

# Where the build puts what it makes: ONNX Runtime's flavour for CUDA has outputs of its own (Directory.Build.props, which reads
# SLUICE_GPU too).
outputs=$root/artifacts
[[ ${SLUICE_GPU:-} != 1 ]] || outputs=$root/artifacts/gpu

# One of the things that a target makes; where it is gone, so may be the rest.
build_program() {
    case $1 in
        worker) echo "$outputs/bin/Cli/release/Sluice.Cli.dll" ;;
        benchmarks) echo "$outputs/bin/Benchmarks/release/Benchmarks.dll" ;;
        tests) echo "$outputs/bin/Worker.Tests/release/Worker.Tests.dll" ;;
    esac
}

# MSBuild takes every variable of the environment for a property: what another program means by GPU, VERSION or OutDir would move the
# outputs or end the build. Without case.
foreign_properties='gpu|version|versionprefix|versionsuffix|packageversion|assemblyname|configuration|platform|targetframework'
foreign_properties+='|runtimeidentifier'
foreign_properties+='|outdir|outputpath|baseoutputpath|artifactspath|artifactspivots|baseintermediateoutputpath|intermediateoutputpath'
forget_foreign_properties() {
    local name
    while IFS= read -r name; do
        if [[ ${name,,} =~ ^($foreign_properties)$ ]]; then unset "$name"; fi
    done < <(compgen -e)
}

# A stamp holds where the outputs were built; its time is the start of the build.
build_stamp() { printf '%s/sluice/%s.built' "$outputs" "$1"; }
build_identity() { printf '%s' "$root"; }

have_build() {
    local stamp
    stamp=$(build_stamp "$1")
    [[ -f $stamp && $(<"$stamp") == "$(build_identity)" && -f $(build_program "$1") ]] || return 1
    [[ -z $(cd "$root" && find "${build_inputs[@]}" -newer "$stamp" -print -quit) ]]
}

have_worker() { have_build worker; }
have_benchmarks() { have_build benchmarks; }
have_tests() { have_build tests; }
make_worker() { make_build worker; }
make_benchmarks() { make_build benchmarks; }
make_tests() { make_build tests; }

make_build() {
    local target=$1 stamp covered project again=()
    command -v dotnet >/dev/null || die "dotnet is missing." "Install the .NET 10 SDK: https://dotnet.microsoft.com/download/dotnet/10.0"
    mkdir -p "$outputs/sluice"
    stamp=$(build_stamp "$target")
    project=$(build_project "$target")
    # A stamp that is still new belongs to a build that was cut off, maybe amid a file that looks newer than its sources: nothing
    # there counts.
    [[ ! -e $stamp.new ]] || again=(--no-incremental)
    build_identity >"$stamp.new"
    timed "Build $project" dotnet_build "$project" "$stamp.new" "${again[@]}"
    case $target in tests) covered='worker benchmarks' ;; benchmarks) covered=worker ;; *) covered= ;; esac
    for covered in $covered; do cp -p "$stamp.new" "$(build_stamp "$covered")"; done
    mv "$stamp.new" "$stamp"
}

# dotnet_build PROJECT STAMP OPTION...: in CI the lock files are law; elsewhere a changed package reference may rewrite them, for review.
# No build node is left behind. A build that fails by itself leaves nothing half-done, so its new stamp goes.
dotnet_build() {
    local locked=()
    [[ ${CI:-} == true ]] && locked=(-p:RestoreLockedMode=true)
    forget_foreign_properties
    cd "$root" || return 1
    dotnet build "$1" -c Release --nologo -v m -nodeReuse:false "${locked[@]}" "${@:3}" || { rm -f "$2"; return 1; }
}
