using System.Diagnostics;
using System.Security;

namespace FunctionalTests.Package;

/// <summary>A program outside the checkout that has Sluice.Inference from its package: the one that README shows, built with packages of
/// this machine. All of it goes at the end.</summary>
/// <remarks>NuGet keeps the package in a folder of this test's, so that no other build meets it; what it depends on comes from the
/// machine's own folder, or from its sources where that was emptied.</remarks>
public sealed class PackageUser : IAsyncLifetime
{
    private const string OwnUse = "USES_ONNX_RUNTIME";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-package-");
    private string _why = "";

    /// <summary>What <c>dotnet pack</c> made.</summary>
    public string Package => Directory.GetFiles(Had("packages"), "*.nupkg").Single();

    public async ValueTask InitializeAsync()
    {
        string root = RepositoryRoot.Find();
        if (!await RestoredAsync(root, ["restore", "src/Inference", "--artifacts-path", PathOf("build"), "--locked-mode"])) return;
        Expect(await RunAsync("dotnet", root,
            ["pack", "src/Inference", "--no-restore", "-c", "Release", "-o", PathOf("packages"),
                "--artifacts-path", PathOf("build"), .. Alone]));
        await WriteProgramAsync(root);
        if (!await RestoredAsync(PathOf("program"), ["restore"])) return;
        Expect(await RunAsync("dotnet", PathOf("program"), ["build", "--no-restore", "-c", "Release", "-o", PathOf("built"), .. Alone]));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs the program over a bundle.</summary>
    /// <param name="bundle">Its folder.</param>
    /// <param name="texts">What is labelled.</param>
    /// <param name="usesOnnxRuntime">Whether it has touched ONNX Runtime by itself before.</param>
    /// <returns>The lines that it wrote, one a text.</returns>
    internal async Task<string[]> LabelAsync(string bundle, string[] texts, bool usesOnnxRuntime = false) =>
        Expect(await StartAsync([bundle, .. texts], usesOnnxRuntime)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs the program with any arguments.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="usesOnnxRuntime">Whether it touches ONNX Runtime by itself first.</param>
    /// <returns>Its exit code, and what it wrote to both of its outputs.</returns>
    internal Task<(int Code, string Output)> StartAsync(string[] arguments, bool usesOnnxRuntime = false) =>
        RunAsync("dotnet", PathOf("program"), [Path.Combine(Had("built"), "Mails.dll"), .. arguments],
            (OwnUse, usesOnnxRuntime ? "1" : null));

    /// <summary>Whether what a build needs is had; else why it is not is kept. Any other fault of a restore is a failure.</summary>
    private async Task<bool> RestoredAsync(string folder, string[] arguments)
    {
        (int code, string output) = await RunAsync("dotnet", folder, [.. arguments, "-nodeReuse:false"]);
        string? unreached = output.Split('\n').FirstOrDefault(line =>
            line.Contains("error NU1301", StringComparison.Ordinal) || line.Contains("error NU1101", StringComparison.Ordinal));
        if (code == 0 || unreached is null) Expect((code, output));
        _why = code == 0 ? "" : $"packages cannot be restored ({unreached!.Trim()})";
        return code == 0;
    }

    // No compiler and no build node outlives the test.
    private static string[] Alone => ["--nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false"];

    private string Had(string name)
    {
        if (_why.Length > 0) Need.Packages.Missing(_why);
        return PathOf(name);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private async Task WriteProgramAsync(string root)
    {
        Directory.CreateDirectory(PathOf("program"));
        string name = Path.GetFileNameWithoutExtension(Package), version = name["Sluice.Inference.".Length..];
        string[] shown = [.. (await File.ReadAllLinesAsync(Path.Combine(root, "README.md")))
            .SkipWhile(line => line != "## Use it from your own program").SkipWhile(line => line != "```csharp").Skip(1)
            .TakeWhile(line => line != "```")];
        Assert.InRange(shown.Length, 5, 10);
        await File.WriteAllLinesAsync(PathOf("program/Program.cs"), shown);
        await File.WriteAllTextAsync(PathOf("program/OwnUse.cs"), $$"""
            using System.Runtime.CompilerServices;
            using Microsoft.ML.OnnxRuntime;

            internal static class OwnUse
            {
                [ModuleInitializer]
                internal static void Begin()
                {
                    if (Environment.GetEnvironmentVariable("{{OwnUse}}") is not null) _ = OrtEnv.Instance().GetVersionString();
                }
            }
            """);
        await File.WriteAllTextAsync(PathOf("program/Mails.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <InvariantGlobalization>true</InvariantGlobalization>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Sluice.Inference" Version="[{version}]" />
              </ItemGroup>
            </Project>
            """);
        string global = Expect(await RunAsync("dotnet", root, ["nuget", "locals", "global-packages", "--list", "--force-english-output"]));
        await File.WriteAllTextAsync(PathOf("program/nuget.config"), $"""
            <configuration>
              <config>
                <add key="globalPackagesFolder" value="{SecurityElement.Escape(PathOf("global"))}" />
              </config>
              <packageSources>
                <add key="made-here" value="{SecurityElement.Escape(PathOf("packages"))}" />
              </packageSources>
              <fallbackPackageFolders>
                <add key="machine" value="{SecurityElement.Escape(global[(global.IndexOf(':') + 1)..].Trim())}" />
              </fallbackPackageFolders>
            </configuration>
            """);
    }

    private static string Expect((int Code, string Output) run)
    {
        Assert.True(run.Code == 0, run.Output);
        return run.Output;
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string folder, string[] arguments,
        params (string Name, string? Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        // It would stand above nuget.config; and who tests the build for CUDA has packed none.
        if (folder != RepositoryRoot.Find()) start.Environment.Remove("NUGET_PACKAGES");
        start.Environment.Remove("SLUICE_GPU");
        foreach ((string name, string? value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
