using System.Diagnostics;
using FunctionalTests.Inference;

namespace FunctionalTests.Onnx;

public sealed class TelemetryTests
{
    /// <summary>With its telemetry on, ONNX Runtime keeps an identifier and a file of events in the home folder.</summary>
    [Fact]
    public async Task A_program_that_the_script_did_not_start_leaves_nothing_for_ONNX_Runtime_s_maker_either()
    {
        DirectoryInfo home = Directory.CreateTempSubdirectory("sluice-home-");
        string program = Path.Combine(AppContext.BaseDirectory, "Sluice.Cli.dll");
        ProcessStartInfo start = new("dotnet", [program, "classify", "--model", Models.Tiny])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        start.Environment["HOME"] = start.Environment["TMPDIR"] = home.FullName;
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync("""{"text":"a good film"}""");
        process.StandardInput.Close();
        string answer = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("label", answer, StringComparison.Ordinal);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(
            home.EnumerateDirectories("*", SearchOption.AllDirectories), left =>
                left.Name.Contains("onnx", StringComparison.OrdinalIgnoreCase));
        home.Delete(recursive: true);
    }
}
