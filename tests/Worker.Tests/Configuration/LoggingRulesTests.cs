using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Sluice.Worker;
using Sluice.Worker.Configuration;

namespace Worker.Tests.Configuration;

/// <summary>Faults in the section Logging are found like any other, before anything is logged.</summary>
public sealed class LoggingRulesTests
{
    [Theory]
    [InlineData("LogLevel:Default=Debugg",
        "Logging:LogLevel:Default is 'Debugg', which is none of Trace, Debug, Information, Warning, Error, Critical, None.")]
    [InlineData("LogLevel:Default=1", "Logging:LogLevel:Default is '1', which is none of Trace, ")]
    [InlineData("LogLevel:Defalt=Debug", "Logging:LogLevel:Defalt names no category of the log: ")]
    [InlineData("LogLevel:Sluice.Worker.Kafkaa=Debug", "Logging:LogLevel:Sluice.Worker.Kafkaa names no category of the log: ")]
    [InlineData("LogLevel:Sluice*.Worker*=Debug", "Logging:LogLevel:Sluice*.Worker* has more than one * in its category; one is allowed.")]
    [InlineData("Console:LogLevel:System**=Debug", "Logging:Console:LogLevel:System** has more than one * in its category; ")]
    [InlineData("LogLevel:Default:Console=Debug", "Logging:LogLevel:Default takes one value, not a section.")]
    [InlineData("LogLevel=Debug", "Logging:LogLevel was given one value, but it is a section: set one of Logging:LogLevel:Default.")]
    [InlineData("LogLevell:Default=Debug", "Logging:LogLevell is not a setting; Logging has CaptureScopes, Console, LogLevel.")]
    [InlineData("Consol:FormatterName=json", "Logging:Consol is not a setting; ")]
    [InlineData("Console:LogLevel:Default=loud", "Logging:Console:LogLevel:Default is ***, which is none of ")]
    [InlineData("Console:Formatter=json",
        "Logging:Console:Formatter is not a setting; Logging:Console has FormatterName, FormatterOptions, LogLevel, "
            + "LogToStandardErrorThreshold, MaxQueueLength, QueueFullMode.")]
    [InlineData("Console:FormatterName=jsn", "Logging:Console:FormatterName is 'jsn', which is none of simple, json, systemd.")]
    [InlineData("Console:FormatterName=splunk", "Logging:Console:FormatterName is ***, which is none of simple, json, systemd.")]
    [InlineData("Console:MaxQueueLength=0", "Logging:Console:MaxQueueLength is 0; give 1 or more lines.")]
    [InlineData("Console:MaxQueueLength=many", "Logging:Console:MaxQueueLength is ***, which is no whole number in range.")]
    [InlineData("Console:QueueFullMode=Drop", "Logging:Console:QueueFullMode is ***, which is none of Wait, DropWrite.")]
    [InlineData("Console:FormatterOptions:SingelLine=true",
        "Logging:Console:FormatterOptions:SingelLine is not a setting; Logging:Console:FormatterOptions has ColorBehavior, "
            + "IncludeScopes, SingleLine, TimestampFormat, UseUtcTimestamp.")]
    [InlineData("Console:FormatterOptions:SingleLine=maybe",
        "Logging:Console:FormatterOptions:SingleLine is ***, which is neither true nor false.")]
    [InlineData("Console:FormatterOptions:TimestampFormat=%",
        "Logging:Console:FormatterOptions:TimestampFormat is no format of a time, such as yyyy-MM-dd HH:mm:ss.")]
    [InlineData("Console:FormatterOptions:JsonWriterOptions:Indented=true",
        "Logging:Console:FormatterOptions:JsonWriterOptions is not a setting; ")] // of the simple formatter
    public void A_fault_is_named(string setting, string fault) =>
        Assert.StartsWith(fault, Assert.Single(Assert.Throws<OptionsValidationException>(() => Create(setting)).Failures),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("Sluice.Worker.Kafkaa", "Sluice.Worker.Kafka")]
    [InlineData("Sluice.Worker.Inference", "Sluice.Worker.Startup.SessionsStep")] // this and the next ones as 0.1 had them
    [InlineData("Sluice.Worker.Inference.StudentTrouble", "Sluice.Worker.Startup.SessionsStep")]
    [InlineData("Sluice.Worker.Onnx", "Sluice.Worker.Startup.SessionsStep")]
    [InlineData("Sluice.Worker.Batching.CostBook", "Sluice.Worker.Startup.CostsStep")]
    [InlineData("Sluice.Worker.Offsets", "Sluice.Worker.Kafka.RecordSource")]
    [InlineData("sluice.worker.registry", "Sluice.Worker.Documents.Registry.RegistryClient")]
    [InlineData("Sluice.Worker.Pipeline.RejectionLog", "Sluice.Worker.Documents.RejectionLog")]
    [InlineData("Sluice.Worker.Pipeline.PublishStep", "Sluice.Worker.Delivery.RefusedRecords")]
    [InlineData("Sluice.Worker.Diagnostics", null)]
    [InlineData("Sluice.Worker.Demo", null)]
    [InlineData("Sluice.Worker.Control", null)]
    [InlineData("Sluice.Worker.Documents.DeadLetter", null)] // a type that logs nothing
    public void A_category_that_nobody_logs_under_is_refused_and_the_nearest_named(string name, string? nearest)
    {
        string fault = Assert.Single(Assert.Throws<OptionsValidationException>(() => Create($"LogLevel:{name}=Debug")).Failures);
        Assert.StartsWith($"Logging:LogLevel:{name} names no category of the log: ", fault, StringComparison.Ordinal);
        Assert.EndsWith(nearest is null ? "begin with Microsoft or System." : $"; the nearest is {nearest}.", fault,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_categories_are_those_of_every_logger_that_the_worker_makes()
    {
        string worker = Path.Combine(RepositoryRoot.Find(), "src", "Worker");
        string[] made = [.. Directory.EnumerateFiles(worker, "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), @"ILogger<(?<of>\w+)>|CreateLogger\((?<of>[\w.]+)\)"))
            .Select(logger => logger.Groups["of"].Value).Where(name => name != "TCategoryName").Distinct()];
        Assert.Equal(
            made.Select(name => name switch
            {
                "LogCategories.Start" => "StartLine",
                "LogCategories.End" => nameof(WorkerProgram),
                _ => name,
            }).Order(StringComparer.Ordinal),
            LogCategories.All.Select(name => name.Split('.')[^1]).Order(StringComparer.Ordinal));
        Assert.All(LogCategories.All, name => Assert.NotNull(typeof(WorkerProgram).Assembly.GetType(name)));
    }

    [Fact]
    public void A_time_s_format_has_its_limit()
    {
        const string Setting = "Console:FormatterOptions:TimestampFormat";
        Create($"{Setting}={new string('y', 100)}").Dispose();
        Assert.Equal($"Logging:{Setting} has 101 characters; give at most 100, such as yyyy-MM-dd HH:mm:ss.",
            Assert.Single(Assert.Throws<OptionsValidationException>(() => Create($"{Setting}={new string('y', 101)}")).Failures));
    }

    [Fact]
    public void Of_another_formatter_other_options_are_known()
    {
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() =>
            Create("Console:FormatterName=json", "Console:FormatterOptions:SingleLine=true",
            "Console:FormatterOptions:JsonWriterOptions:Indentd=true"));
        Assert.Equal(["Logging:Console:FormatterOptions:SingleLine is not a setting",
            "Logging:Console:FormatterOptions:JsonWriterOptions:Indentd is not a setting"],
            refused.Failures.Select(fault => fault.Split(';')[0]));
    }

    [Theory]
    [InlineData("LogLevel:Default=debug")]
    [InlineData("LogLevel:Sluice.Worker.Kafka=Trace")]
    [InlineData("LogLevel:sluice.worker=Trace")]
    [InlineData("LogLevel:Sluice.*Source=Trace")]
    [InlineData("LogLevel:Microsoft.Extensions.Hosting=Information")]
    [InlineData("LogLevel:System.Net.Http=None")]
    [InlineData("Console:LogLevel:Default=Warning")]
    [InlineData("Console:LogToStandardErrorThreshold=None")]
    [InlineData("Console:FormatterName=Systemd")]
    [InlineData("Console:FormatterOptions:TimestampFormat=")]
    [InlineData("Console:FormatterOptions:TimestampFormat=HH:mm ")]
    [InlineData("CaptureScopes=true")]
    public void What_the_loggers_read_is_accepted(string setting) => Create(setting).Dispose();

    [Fact]
    public void The_formatter_and_its_options_reach_the_console_and_the_rest_keeps_the_defaults()
    {
        using IHost host = Create("Console:FormatterName=json", "Console:FormatterOptions:IncludeScopes=true",
            "Console:FormatterOptions:JsonWriterOptions:Indented=true");
        Assert.Equal("json", host.Services.GetRequiredService<IOptionsMonitor<ConsoleLoggerOptions>>().CurrentValue.FormatterName);
        JsonConsoleFormatterOptions json = host.Services.GetRequiredService<IOptionsMonitor<JsonConsoleFormatterOptions>>().CurrentValue;
        Assert.Equal((true, true, true, "yyyy-MM-ddTHH:mm:ss.fffZ"), (json.IncludeScopes, json.JsonWriterOptions.Indented,
            json.UseUtcTimestamp, json.TimestampFormat));
    }

    private static IHost Create(params string[] settings) =>
        WorkerHost.Create(["--Kafka:InputTopics:0=documents", $"--Model:Path={Path.Combine(RepositoryRoot.Find(), "models", "mail")}",
            .. settings.Select(setting => $"--Logging:{setting}")]);
}
