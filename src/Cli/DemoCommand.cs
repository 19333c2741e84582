using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.Extensions.Options;
using Sluice.Cli.Demo;
using Sluice.Cli.Demo.Clusters;
using Sluice.Cli.Demo.Report;
using Sluice.Cli.Demo.Settings;
using Sluice.Cli.Demo.View;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Worker;
using Sluice.Worker.Kafka;
using Spectre.Console;

namespace Sluice.Cli;

/// <summary><c>./sluice demo</c>.</summary>
internal static class DemoCommand
{
    private const string DefaultProvider = "cpu";
    private const string Description = """
    Labels a real mail stream from topic to topic, on this machine, with nothing to set up.

    Starts a Kafka broker, a schema registry and the worker in one process, sends the mails that the model has never seen
    as Avro documents, reads the labels back and matches each to its document: exit code 0 only when every document got exactly one label.

      ./sluice demo                                  1,208 mails, as fast as they go
      ./sluice demo --rate 20                        20 mails a second: what the latency is then
      ./sluice demo --burst 20                       a burst of 20 times the calm rate: the worker bends and springs back
      ./sluice demo --burst 20 --mode teacher        the same without bending
      ./sluice demo --json report.json               the figures as JSON
      ./sluice demo --cluster host:9092 --registry http://host:8081
                                                     on a real cluster: makes topics of its own and deletes them at the end;
                                                     TLS and passwords as for the worker, Sluice__Kafka__Common__* and Sluice__Registry__*

    Latency is measured from produce to label. As fast as possible means: with --in-flight mails in flight at most, so the
    figure is that of a full pipeline, not of a queue that grows. With --rate or --burst it runs from when a mail was due.
    With --burst --rate is the calm rate; by default it is 25% of what the worker can do at full accuracy.
    """;

    public static Command Create()
    {
        var rate = new Option<double?>("--rate")
        {
            Description = "Documents per second, 0.1 to 1,000,000. Default: as fast as possible.",
            HelpName = "N",
            CustomParser = RateOf,
        };
        var burst = new Option<double?>("--burst")
        {
            Description = "Sends calmly, then for 10 s so many times as much, then calmly again: above 1, at most 100. The worker bends.",
            HelpName = "X",
            CustomParser = BurstOf,
        };
        var inFlight = new Option<int>("--in-flight")
        {
            Description = "Most documents in flight when there is no --rate, 1 to 1,000,000.",
            HelpName = "N",
            DefaultValueFactory = _ => 32,
            CustomParser = result => WholeNumber.Parse(result, "--in-flight", 1_000_000, "1 to 1,000,000 documents"),
        };
        var json = new Option<string?>("--json") { Description = "Writes the figures to a file.", HelpName = "FILE" };
        var cluster = new Option<string?>("--cluster")
        {
            Description = "A real Kafka cluster's bootstrap servers; needs --registry.",
            HelpName = "ADDRESS",
        };
        var registry = new Option<string?>("--registry")
        {
            Description = "A real schema registry's base address; needs --cluster.",
            HelpName = "URL",
        };
        var model = new Option<string?>("--model") { Description = "Folder of a mail bundle. Default: models/mail.", HelpName = "DIR" };
        var mails = new Option<string?>("--mails")
        {
            Description = "Other mails: an Avro object container file of records with the strings id, subject, body and label. "
                + "Each id is unique, not empty and of at most 1,024 bytes. Default: data/mail/test.avro.",
            HelpName = "FILE",
        };
        var precision = new Option<string?>("--precision")
        {
            Description = "Arithmetic: int8 (CPU), fp32, or fp16 (GPU). Default: what the worker takes by itself, int8 on the CPU.",
        };
        precision.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "int8", "fp32", "fp16");
        var provider = new Option<string>("--provider")
        {
            Description = "Where the model runs: cpu, or cuda with the flavour for it (SLUICE_GPU=1).",
            DefaultValueFactory = _ => DefaultProvider,
        };
        provider.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "cpu", "cuda");
        var mode = ModeOption.CreateOrAuto();
        var command = new Command("demo", Description)
        {
            burst, rate, inFlight, json, cluster, registry, model, mails, precision, provider, mode,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(cluster) is null != result.GetValue(registry) is null)
                result.AddError("--cluster and --registry go together: give both, or none for the embedded ones.");
            if (result.GetValue(cluster) is { } servers && !BootstrapServers.IsList(servers))
                result.AddError($"--cluster {BootstrapServers.Fault}");
            if (result.GetResult(rate) is { Implicit: false } && result.GetResult(inFlight) is { Implicit: false })
                result.AddError("--rate and --in-flight exclude each other: "
                    + "mails go out when they are due, or when others have come back.");
            if (result.GetResult(burst) is { Implicit: false } && result.GetResult(inFlight) is { Implicit: false })
                result.AddError("--burst and --in-flight exclude each other: a burst does not wait for what is in flight.");
            if (Refusal(result.GetValue(precision), result.GetValue(provider) ?? DefaultProvider) is { } refusal) result.AddError(refusal);
        });
        command.SetAction((result, cancellation) => RunAsync(
            new DemoOptions
            {
                Rate = result.GetValue(rate),
                Burst = result.GetValue(burst) is { } times ? new BurstOptions(times) : null,
                InFlight = result.GetValue(inFlight),
                Json = result.GetValue(json),
                Cluster = result.GetValue(cluster),
                Registry = result.GetValue(registry),
                Model = result.GetValue(model) ?? DemoPaths.MailModel,
                Mails = result.GetValue(mails) ?? DemoPaths.HeldOutMails,
                Precision = result.GetValue(precision)?.ToLowerInvariant(),
                Provider = result.GetRequiredValue(provider).ToLowerInvariant(),
                Mode = result.GetValue(mode) ?? (result.GetValue(burst) is null ? "teacher" : DemoOptions.Auto),
            },
            result.InvocationConfiguration,
            cancellation));
        return command;
    }

    // What the worker would say in the words of its settings, after a broker and a registry were started. Other words than those allowed
    // have been told already.
    private static string? Refusal(string? precision, string provider)
    {
        if (!Enum.TryParse(precision, ignoreCase: true, out Precision asked) || !Enum.TryParse(provider, ignoreCase: true,
            out ExecutionProvider where) || new EngineOptions { Provider = where }.Refusal(asked) is null) return null;
        bool isForGpu = where == ExecutionProvider.Cpu;
        return $"--precision {precision} runs on {(isForGpu ? "a GPU" : "the CPU")} only, and --provider is {provider}; "
            + $"leave --precision out, or give --provider {(isForGpu ? "cuda" : "cpu")}.";
    }

    private static double? BurstOf(ArgumentResult result)
    {
        string given = result.Tokens[0].Value;
        if (double.TryParse(given, CultureInfo.InvariantCulture, out double times) && times is > 1 and <= 100) return times;
        result.AddError($"--burst is {WholeNumber.Given(given)}; give above 1, and at most 100 times the calm rate.");
        return null;
    }

    private static double? RateOf(ArgumentResult result)
    {
        string given = result.Tokens[0].Value;
        if (double.TryParse(given, CultureInfo.InvariantCulture, out double rate) && rate is >= 0.1 and <= 1_000_000) return rate;
        result.AddError($"--rate is {WholeNumber.Given(given)}; give 0.1 to 1,000,000 documents per second.");
        return null;
    }

    private static async Task<int> RunAsync(DemoOptions options, InvocationConfiguration console, CancellationToken cancellation)
    {
        IDemoView view = Console.IsOutputRedirected
            ? new PlainView(console.Output, TimeProvider.System)
            : new TerminalView(AnsiConsole.Console, TimeProvider.System);
        try
        {
            if (options.Provider == "cuda" && Cuda.Fault(CudaFindings.OfThisMachine(), deviceId: 0) is { } fault)
                throw new DemoException(fault);
            if (options.LabelsInInt8 && AttentionKernel.Shortfall is { } shortfall) await console.Error.WriteLineAsync(shortfall);
            using ReportFile? json = options.Json is { } file ? new ReportFile(file) : null;
            DemoReport report = await new DemoRun(options, view, TimeProvider.System).RunAsync(cancellation);
            view.Summary(report);
            json?.Write(report);
            return cancellation.IsCancellationRequested ? ExitCodes.Interrupted : report.ExitCode;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            view.Failed("stopped");
            return ExitCodes.Interrupted;
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            view.Failed(EnvironmentSettings.AsGivenHere(EnvironmentSettings.Redaction.Clean(failure.Message)));
            return ExitCodes.Failed;
        }
    }

    // What a person can mend; anything else is a fault of the program and shows its stack.
    internal static bool IsExpected(Exception failure) => WorkerProgram.IsOfTheStart(failure) || failure
        is DemoException or InvalidDataException or IOException or UnauthorizedAccessException
        or OptionsValidationException or Confluent.Kafka.KafkaException;
}
