using System.Text.RegularExpressions;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.Documents.Paths;
using Sluice.Worker.Kafka;

namespace Sluice.Worker;

/// <summary>
/// What must hold between options, in words; each rule yields one sentence that names the setting, its value and the way out.
/// </summary>
internal static class OptionsRules
{
    public static IEnumerable<string> Of(KafkaOptions options)
    {
        if (options.InputTopics.Length == 0)
            yield return "Sluice:Kafka:InputTopics names no topic. Lists are numbered: --Kafka:InputTopics:0=mails, "
                + "or Sluice__Kafka__InputTopics__0=mails in the environment.";
        foreach (string topic in options.InputTopics)
        {
            if (string.IsNullOrWhiteSpace(topic))
                yield return "Sluice:Kafka:InputTopics holds an empty name; remove it.";
            else if (Reads(topic, options.OutputTopic))
                yield return $"Sluice:Kafka:OutputTopic is '{options.OutputTopic}', "
                    + $"which is also read by '{topic}' of InputTopics: each label would be labelled again. Name another topic.";
            else if (Reads(topic, options.DeadLetterTopic))
                yield return $"Sluice:Kafka:DeadLetterTopic is '{options.DeadLetterTopic}', "
                    + $"which is also read by '{topic}' of InputTopics: each dead-letter record would come back for ever. "
                    + "Name another topic.";
        }

        if (options.OutputTopic.Length > 0 && options.OutputTopic == options.DeadLetterTopic)
            yield return $"Sluice:Kafka:DeadLetterTopic is '{options.DeadLetterTopic}', the output topic: "
                + "readers of labels would meet what is none. Name another topic.";
        foreach (string fault in OfClients(options)) yield return fault;
    }

    /// <summary>What must hold of them for any client, whatever it reads or writes.</summary>
    public static IEnumerable<string> OfClients(KafkaOptions options)
    {
        if (options.BootstrapServers.Length > 0 && !BootstrapServers.IsList(options.BootstrapServers))
            yield return $"Sluice:Kafka:BootstrapServers {BootstrapServers.Fault}";
        IEnumerable<string> refusals =
        [
            .. PassThroughSettings.Refusals("Sluice:Kafka:Common", options.Common, consumer: true, producer: true),
            .. PassThroughSettings.Refusals("Sluice:Kafka:Consumer", options.Consumer, consumer: true, producer: false),
            .. PassThroughSettings.Refusals("Sluice:Kafka:Producer", options.Producer, consumer: false, producer: true),
        ];
        foreach (string refusal in refusals) yield return refusal;
    }

    // Where nobody can tell: should it match all the same, the source stops at the first record.
    private static bool Reads(string input, string topic) => MayRead(input, topic) ?? false;

    /// <summary>Whether an entry of InputTopics reads a topic; null where that cannot be told, for its pattern is of another dialect than
    /// librdkafka's.</summary>
    private static bool? MayRead(string input, string topic)
    {
        if (!input.StartsWith('^')) return input == topic;
        try
        {
            return topic.Length > 0 && Regex.IsMatch(topic, input, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) ? true
                : input.Contains("[:", StringComparison.Ordinal) ? null : false; // a class of characters by its POSIX name
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>A floor of a topic that is not read would be none of the topic that was meant.</summary>
    public static IEnumerable<string> Between(KafkaOptions kafka, ControlOptions control)
    {
        foreach (string topic in control.TopicFloors.Keys)
        {
            string setting = $"{ControlOptions.Section}:TopicFloors:{topic}";
            string[] alike = [.. kafka.InputTopics.Distinct().Where(input => input.Equals(topic, StringComparison.OrdinalIgnoreCase))];
            if (alike.Length > 1)
                yield return $"{setting} may be meant for {string.Join(" or ", alike)}, which names of settings do not tell apart. "
                    + $"Set {ControlOptions.Section}:Floor for all, or read them by workers of their own.";
            else if (kafka.InputTopics.All(input => MayRead(input, topic) == false))
                yield return $"{setting} is of no topic that is read; Sluice:Kafka:InputTopics is {string.Join(", ", kafka.InputTopics)}. "
                    + "Name one of these, in the same letters, or remove it.";
        }
    }

    public static IEnumerable<string> Of(InputOptions options)
    {
        foreach (string path in options.TextFields.Append(options.IdField).Where(p => p.Length > 0 || options.TextFields.Contains(p)))
        {
            if (FieldPath.FaultOf(path) is { } fault) yield return $"Sluice:Input: '{path}' is no path of field names; {fault}.";
        }

        if (FieldPath.FaultOf(options.IdField) is null && FieldPath.Parse(options.IdField).IsJoined)
            yield return $"Sluice:Input:IdField is '{options.IdField}', which may lead to many values, and one identifies a document. "
                + "Name a path without [] and {}.";
        string[] texts = options.WithDefaults().TextFields;
        foreach (string path in options.OptionalFields.Where(path => !texts.Contains(path)))
            yield return $"Sluice:Input:OptionalFields names '{path}', which is none of Sluice:Input:TextFields"
                + $"{(texts.Length == 0 ? "" : $" ({string.Join(", ", texts)})")}. Name one of these as it stands there, or remove it.";

        if (options.Format == InputFormat.Text && options.TextFields.Length > 0)
            yield return $"Sluice:Input:TextFields names {string.Join(", ", options.TextFields)}, "
                + "but with Sluice:Input:Format=Text the whole value is the text and has no fields. "
                + "Remove it, or set the format to Json or Avro.";
        if (options.Format == InputFormat.Text && options.IdField is not (InputOptions.DefaultIdField or ""))
            yield return $"Sluice:Input:IdField is '{options.IdField}', "
                + "but with Sluice:Input:Format=Text the value has no fields: the record's key identifies the document. "
                + "Remove it, or set the format to Json or Avro.";
        if (options is { Format: InputFormat.Text, Envelope: not InputEnvelope.None })
            yield return $"Sluice:Input:Envelope is {options.Envelope}, but with Sluice:Input:Format=Text the whole value is the text. "
                + "Remove it, or set the format to Json or Avro.";
        else if (options is { Format: InputFormat.Avro, Envelope: InputEnvelope.Connect })
            yield return "Sluice:Input:Envelope is Connect, which is of JSON: in Avro, Connect writes the record alone, and its schema "
                + "into the registry. Remove it, or set Sluice:Input:Format to Json.";
        foreach (IGrouping<string, string> path in options.TextFields.GroupBy(p => p).Where(g => g.Count() > 1))
            yield return $"Sluice:Input:TextFields names '{path.Key}' {path.Count()} times; once is enough.";
    }

    public static IEnumerable<string> Of(OutputOptions options)
    {
        foreach (string path in options.CopyFields)
            if (FieldPath.FaultOf(path) is { } fault)
                yield return $"Sluice:Output:CopyFields: '{path}' is no path of field names; {fault}.";
        foreach (IGrouping<string, string> path in options.CopyFields.GroupBy(p => p).Where(g => g.Count() > 1))
            yield return $"Sluice:Output:CopyFields names '{path.Key}' {path.Count()} times; once is enough.";
    }

    /// <summary>Text has no fields that could be copied.</summary>
    public static IEnumerable<string> Between(InputOptions input, OutputOptions output)
    {
        if (input.Format == InputFormat.Text && output.CopyFields.Length > 0)
            yield return $"Sluice:Output:CopyFields names {string.Join(", ", output.CopyFields)}, "
                + "but with Sluice:Input:Format=Text the whole value is the text and has no fields. "
                + "Remove it, or set the format to Json or Avro.";
    }

    public static IEnumerable<string> Of(ModelOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Path))
            yield return "Sluice:Model:Path is missing: name the folder of a model bundle, such as --Model:Path=models/mail. "
                + BundleFolder.Bundled();
        else if (BundleFolder.Fault(options.Path) is { } fault)
            yield return $"Sluice:Model:Path: {fault}";
        if (!options.IsAuto && Mode.TryParse(options.Mode!, options.Precision ?? Precision.Int8) is null)
            yield return $"Sluice:Model:Mode is {Shown.Misread(options.Mode!, ["auto", "teacher", "swift", "students:1"])}; give auto, "
                + $"teacher, swift, or students:K with K in 1..{Mode.MaxStudents}.";
    }

    public static IEnumerable<string> Of(MetricsOptions options) => options.FaultOfHost is { } fault ? [fault] : [];

    public static IEnumerable<string> Of(EngineOptions options)
    {
        bool onGpu = options.Provider == ExecutionProvider.Cuda;
        string bytes = $"Sluice:Engine:GpuMemoryBytes is {options.GpuMemoryBytes}";
        if (options.GpuMemoryBytes > 0 && !onGpu)
            yield return $"{bytes}, but Sluice:Engine:Provider is Cpu, which has no memory of a GPU; remove it, or set Provider to Cuda. "
                + "What the CPU's arena takes, Sluice:Engine:ArenaMaxBytes bounds.";
        else if (options.GpuMemoryBytes is > 0 and < EngineOptions.LeastGpuMemoryBytes)
            yield return $"{bytes}, less than any model takes; give bytes, {EngineOptions.LeastGpuMemoryBytes} (16 MiB) or more, "
                + "or 0 for no bound.";
        if (options.ArenaMaxBytes > 0 && onGpu)
            yield return $"Sluice:Engine:ArenaMaxBytes is {options.ArenaMaxBytes}, but Sluice:Engine:Provider is Cuda, and it bounds the "
                + "CPU's arena alone; remove it, or set Provider to Cpu. What is taken of a GPU's memory, "
                + "Sluice:Engine:GpuMemoryBytes bounds.";
        if (options.DeviceId > 0 && !onGpu)
            yield return $"Sluice:Engine:DeviceId is {options.DeviceId}, but Sluice:Engine:Provider is Cpu, which runs on no GPU; "
                + "remove it, or set Provider to Cuda.";
    }

    public static IEnumerable<string> Between(PipelineOptions options, BatchingOptions batching, ModelOptions model, EngineOptions engine)
    {
        if (model.Precision is { } precision && engine.Refusal(precision) is not null)
        {
            ExecutionProvider other = precision == Precision.Int8 ? ExecutionProvider.Cpu : ExecutionProvider.Cuda;
            yield return $"Sluice:Model:Precision is {precision}, which runs on {(other == ExecutionProvider.Cpu ? "the CPU" : "a GPU")} "
                + $"only, and Sluice:Engine:Provider is {engine.Provider}; leave Precision out, or set Provider to {other}.";
        }

        if (options.TokensInFlight < batching.Least.MaxTokens)
            yield return $"Sluice:Pipeline:MaxTokensInFlight is {options.TokensInFlight}, less than one batch "
                + $"(Sluice:Batching:MaxTokens is {batching.Least.MaxTokens}); raise it, to several batches for each inference thread.";
    }
}
