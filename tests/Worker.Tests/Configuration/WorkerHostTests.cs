using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Worker;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Configuration;

public sealed class WorkerHostTests
{
    [Fact]
    public void Settings_reach_their_options()
    {
        using IHost host = WorkerHost.Create(Valid(("Kafka:CommitInterval", "00:00:05"), ("Pipeline:DecodeWorkers", "7"),
            ("Kafka:Consumer:fetch.min.bytes", "9"), ("Input:Format", "json")));
        KafkaOptions kafka = host.Services.GetRequiredService<KafkaOptions>();
        Assert.Equal((TimeSpan.FromSeconds(5), "9"), (kafka.CommitInterval, kafka.Consumer["fetch.min.bytes"]));
        Assert.Equal((7, InputFormat.Json),
            (host.Services.GetRequiredService<PipelineOptions>().DecodeWorkers, host.Services.GetRequiredService<InputOptions>().Format));
    }

    [Fact]
    public void The_command_line_wins_and_may_leave_out_the_first_name()
    {
        string[] args = [.. Valid().Select(s => $"--{s.Key}={s.Value}"), "--Kafka:GroupId", "from-args", "--Sluice:Batching:MaxRows=3"];
        using IHost host = WorkerHost.Create(args);
        Assert.Equal("from-args", host.Services.GetRequiredService<KafkaOptions>().GroupId);
        Assert.Equal(3, host.Services.GetRequiredService<BatchingOptions>().MaxRows);
    }

    [Theory]
    [InlineData("what", "Argument 1 is no setting: each is written --Name=value or --Name value ")]
    [InlineData("--Kafka=3", "Argument 1, '--Kafka', is no setting: ")]
    [InlineData("--Kafka:GroupId", "The last argument, '--Kafka:GroupId', is a setting without a value: ")]
    public void An_argument_that_is_no_setting_is_refused_by_its_place_and_its_name(string argument, string fault) =>
        Assert.StartsWith(fault, Assert.Throws<FormatException>(() => WorkerHost.Create([argument])).Message, StringComparison.Ordinal);

    [Fact]
    public void An_argument_that_is_no_setting_is_told_by_the_one_before_and_never_shown() =>
        Assert.StartsWith("Argument 3 (after '--Model:Path') is no setting: ", Assert.Throws<FormatException>(() =>
            WorkerHost.Create(["--Model:Path", "my", "s3cret-mail"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_that_nothing_reads_and_values_of_the_wrong_kind_are_all_told()
    {
        string[] faults = Faults(
            ("Kafka:CommitIntervall", "1"), ("Kafka:CommitInterval", "soon"), ("Pipeline:InferenceCallers", "many"),
                ("Pipeline:DecodeWorkers", "99999999999"), ("Input:Format", "jsn"),
            ("Modell:Path", "x"), ("Registry:AutoRegister", "perhaps"), ("Batching:MaxRows:0", "1"), ("Engine:Provider", "Cpu,Cuda"),
                ("Model:Precision", "1"), ("Pipeline", "fast"));
        string[] expected =
        [
            "Sluice:Kafka:CommitIntervall is not a setting; Sluice:Kafka has BootstrapServers, ",
                "Sluice:Kafka:CommitInterval is ***, which is no time span such as 00:00:05.",
            "Sluice:Pipeline:InferenceCallers is ***, which is no whole number from 0 to 256.",
                "Sluice:Pipeline:DecodeWorkers is '99999999999', which is no whole number from 1 to 64.",
            "Sluice:Input:Format is 'jsn', which is none of Avro, Json, Text.", "Sluice:Modell is not a section; there are Sluice:Kafka, ",
                "Sluice:Registry:AutoRegister is ***, which is neither true nor false.",
            "Sluice:Batching:MaxRows takes one value, not a section.", "Sluice:Engine:Provider is ***, which is none of Cpu, Cuda.",
                "Sluice:Model:Precision is '1', which is none of ",
            "Sluice:Pipeline was given one value, but it is a section: set one of Sluice:Pipeline:",
        ];
        foreach (string fault in expected) Assert.Contains(faults, f => f.StartsWith(fault, StringComparison.Ordinal));
        Assert.Equal(expected.Length, faults.Length);
    }

    [Fact]
    public void A_setting_in_another_s_section_is_told_where_it_is() => Assert.EndsWith(
        "TextFields. There is Sluice:Output:CopyFields.", Assert.Single(Faults(("Input:CopyFields:0", "a"))), StringComparison.Ordinal);

    /// <summary>It is one of three words, and no secret.</summary>
    [Theory]
    [InlineData("Input:Format", "JSONL", "Sluice:Input:Format is 'JSONL', which is none of Avro, Json, Text.")]
    [InlineData("Input:Format", "Protobuf", "Sluice:Input:Format is 'Protobuf', which is none of Avro, Json, Text.")]
    [InlineData("Output:Format", "Xml", "Sluice:Output:Format is 'Xml', which is none of Avro, Json.")]
    public void A_format_that_there_is_not_is_shown(string setting, string value, string fault) =>
        Assert.Equal(fault, Assert.Single(Faults((setting, value))));

    [Fact]
    public void Every_rule_names_its_setting()
    {
        string[] faults = Faults(
            ("Kafka:BootstrapServers", ""), ("Kafka:InputTopics:0", "labels"), ("Kafka:InputTopics:1", "dead-letters"),
                ("Kafka:Consumer:enable.auto.commit", "true"), ("Kafka:Producer:no.such", "1"),
            ("Pipeline:DecodeWorkers", "65"), ("Pipeline:DrainTimeout", "01:00:00"), ("Batching:MaxRows", "0"), ("Model:Path", ""),
                ("Registry:Url", "ftp://x"), ("Metrics:Port", "65536"), ("Metrics:Host", "here"),
            ("Input:TextFields:0", "a"), ("Input:TextFields:1", "a"));
        string[] expected =
        [
            "Sluice:Kafka:BootstrapServers", "Sluice:Kafka:OutputTopic", "Sluice:Kafka:DeadLetterTopic",
                "Sluice:Kafka:Consumer:enable.auto.commit", "Sluice:Kafka:Producer:no.such", "Sluice:Pipeline:DecodeWorkers",
            "Sluice:Pipeline:DrainTimeout", "Sluice:Batching:MaxRows", "Sluice:Model:Path", "Sluice:Registry:Url",
                "Sluice:Metrics:Port", "Sluice:Metrics:Host", "Sluice:Input:TextFields",
        ];
        foreach (string setting in expected) Assert.Contains(faults, f => f.Contains(setting, StringComparison.Ordinal));
        Assert.Equal(expected.Length, faults.Length);
    }

    [Theory]
    [InlineData("Batching:MaxRows", "0", "must be between 1 and 4096, and is 0.")]
    [InlineData("Registry:Attempts", "0", "Sluice:Registry:Attempts must be between 1 and 100, and is 0.")]
    [InlineData("Registry:Timeout", "10",
        "Sluice:Registry:Timeout must be between 00:00:00.1000000 and 00:05:00, and is 10.00:00:00: "
            + "a bare number is days, seconds are written 00:00:10.")]
    [InlineData("Pipeline:DrainTimeout", "01:00:00", "must be between 00:00:01 and 00:10:00, and is 01:00:00.")]
    [InlineData("Pipeline:DrainTimeout", "15", "and is 15.00:00:00: a bare number is days, seconds are written 00:00:15.")]
    public void A_value_out_of_range_is_told_with_its_range(string setting, string value, string end) =>
        Assert.EndsWith(end, Assert.Single(Faults((setting, value))), StringComparison.Ordinal);

    [Fact]
    public void Of_a_setting_given_twice_the_last_one_counts() =>
        Assert.Equal([KeyValuePair.Create("Sluice:Kafka:GroupId", (string?)"b")],
            CommandLineSettings.Parse(["--Kafka:GroupId=a", "--kafka:groupid=b"]).Select(s =>
                KeyValuePair.Create("Sluice:Kafka:GroupId", s.Value)));

    [Theory]
    [InlineData("^lab.*", "Sluice:Kafka:OutputTopic is 'labels'")]
    [InlineData("^.*letters$", "Sluice:Kafka:DeadLetterTopic is 'dead-letters'")]
    public void A_pattern_that_reads_what_the_worker_writes_is_refused(string pattern, string fault) =>
        Assert.StartsWith(fault, Assert.Single(Faults(("Kafka:InputTopics:0", pattern))), StringComparison.Ordinal);

    [Fact]
    public void Fewer_tokens_in_flight_than_one_batch_are_refused() =>
        Assert.StartsWith("Sluice:Pipeline:MaxTokensInFlight is 600, less than one batch",
            Assert.Single(Faults(("Pipeline:MaxTokensInFlight", "600"), ("Batching:MaxTokens", "1024"))), StringComparison.Ordinal);

    [Fact]
    public void What_is_not_given_is_by_the_provider_and_what_is_given_is_not()
    {
        using IHost cpu = WorkerHost.Create(Valid()), gpu = WorkerHost.Create(Valid(("Engine:Provider", "Cuda"))),
            given = WorkerHost.Create(Valid(("Engine:Provider", "Cuda"), ("Pipeline:InferenceCallers", "4"),
                ("Pipeline:MaxDocumentsInFlight", "4096"), ("Pipeline:MaxTokensInFlight", "131072")));
        Assert.Equal((4096, 131_072, Environment.ProcessorCount, Environment.ProcessorCount), Of(cpu));
        Assert.Equal((32_768, 1_048_576, 2, 1), Of(gpu));
        Assert.Equal((4096, 131_072, 4, 1), Of(given));
        static (int, long, int, int) Of(IHost host)
        {
            PipelineOptions options = host.Services.GetRequiredService<PipelineOptions>();
            return (options.DocumentsInFlight, options.TokensInFlight, options.InferenceThreads, options.BatchesAtOnce);
        }
    }

    [Theory]
    [InlineData("Fp16", "Cpu", "Sluice:Model:Precision is Fp16, which runs on a GPU only, and Sluice:Engine:Provider is Cpu; "
        + "leave Precision out, or set Provider to Cuda.")]
    [InlineData("Int8", "Cuda", "Sluice:Model:Precision is Int8, which runs on the CPU only, and Sluice:Engine:Provider is Cuda; "
        + "leave Precision out, or set Provider to Cpu.")]
    public void A_precision_that_the_provider_has_not_is_refused_beside_it(string precision, string provider, string fault) =>
        Assert.Equal(fault, Assert.Single(Faults(("Model:Precision", precision), ("Engine:Provider", provider))));

    [Theory]
    [InlineData("Cpu", null, "Int8")]
    [InlineData("Cpu", "Fp32", "Fp32")]
    [InlineData("Cuda", null, "Fp16")]
    [InlineData("Cuda", "Fp32", "Fp32")]
    [InlineData("Cuda", "Fp16", "Fp16")]
    public void A_precision_that_is_not_given_follows_from_the_provider(string provider, string? given, string served)
    {
        (string, string)[] settings = given is null ? [] : [("Model:Precision", given)];
        using IHost host = WorkerHost.Create(Valid([("Engine:Provider", provider), .. settings]));
        ModelOptions model = host.Services.GetRequiredService<ModelOptions>();
        Assert.Equal((served, served), (model.Precision.ToString(), model.ServedMode.Precision.ToString()));
    }

    [Theory]
    [InlineData("teacher", "Fp32")]
    [InlineData("swift", "Fp16")]
    [InlineData("students:1", "Fp32")]
    [InlineData("students:2", "Fp32")] // the first student has none either
    [InlineData("nothing", "Fp32")] // told by its own rule
    public void On_a_gpu_a_mode_of_which_the_bundle_has_no_fp16_graph_runs_in_fp32(string mode, string served)
    {
        string folder = Directory.CreateTempSubdirectory("sluice-precision-").FullName;
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(ValidModel, "manifest.json")))!;
        foreach (string role in (string[])["teacher", "student.1"]) manifest["graphs"]![role]!.AsObject().Remove("fp16");
        File.WriteAllText(Path.Combine(folder, "manifest.json"), manifest.ToJsonString());
        ModelOptions model = new ModelOptions { Path = folder, Mode = mode }.WithDefaults(ExecutionProvider.Cuda);
        Directory.Delete(folder, recursive: true);
        Assert.Equal(served, model.Precision.ToString());
        Assert.Equal(Precision.Fp32, new ModelOptions { Path = folder }.WithDefaults(ExecutionProvider.Cuda).Precision); // gone
    }

    [Fact]
    public void A_worker_without_settings_is_told_how_lists_and_models_are_named()
    {
        string[] faults = [.. Assert.Throws<OptionsValidationException>(() => WorkerHost.Create(args: [])).Failures];
        Assert.Contains(faults, f =>
            f == "Sluice:Kafka:InputTopics names no topic. Lists are numbered: --Kafka:InputTopics:0=mails, "
                + "or Sluice__Kafka__InputTopics__0=mails in the environment.");
        Assert.Contains(faults, f =>
            f.StartsWith("Sluice:Model:Path is missing: name the folder of a model bundle, such as --Model:Path=models/mail.",
                StringComparison.Ordinal));
        Assert.Equal(2, faults.Length);
    }

    [Theory]
    [InlineData("Kafka:InputTopics", "mails",
        "Sluice:Kafka:InputTopics was given one value, but it is a list, whose entries are numbered from 0: "
            + "--Kafka:InputTopics:0=mails, or Sluice__Kafka__InputTopics__0=mails in the environment.")]
    [InlineData("Kafka:Consumer", "x",
        "Sluice:Kafka:Consumer was given one value, but it holds values by name: "
            + "--Kafka:Consumer:NAME=VALUE, or Sluice__Kafka__Consumer__NAME=VALUE in the environment.")]
    public void A_list_without_numbers_is_refused(string name, string value, string fault) => Assert.Contains(fault, Faults((name, value)));

    [Fact]
    public void A_model_path_is_checked_beside_everything_else()
    {
        string[] faults = Faults(("Model:Path", "models/no-such"), ("Batching:MaxRows", "0"));
        Assert.Contains(faults, f =>
            f.StartsWith("Sluice:Model:Path: 'models/no-such' is no bundle: there is no such folder "
                + $"(seen from {Environment.CurrentDirectory}).", StringComparison.Ordinal));
        Assert.Equal(2, faults.Length);
        Assert.Contains("there is no manifest.json in it", Assert.Single(Faults(("Model:Path", RepositoryRoot.Find()))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Text_has_no_fields_to_name()
    {
        string[] faults = Faults(("Input:Format", "Text"), ("Input:TextFields:0", "body"), ("Input:IdField", "number"));
        Assert.StartsWith("Sluice:Input:TextFields names body, but with Sluice:Input:Format=Text", faults[0], StringComparison.Ordinal);
        Assert.StartsWith("Sluice:Input:IdField is 'number', but with Sluice:Input:Format=Text", faults[1], StringComparison.Ordinal);
        Assert.Equal(2, faults.Length);
    }

    [Theory]
    [InlineData("Text", "Debezium", "Sluice:Input:Envelope is Debezium, but with Sluice:Input:Format=Text the whole value is the text. ")]
    [InlineData("Avro", "Connect", "Sluice:Input:Envelope is Connect, which is of JSON: ")]
    [InlineData("Json", "Debezum", "Sluice:Input:Envelope is 'Debezum', which is none of None, Debezium, Connect.")]
    public void An_envelope_that_the_format_has_not_is_refused(string format, string envelope, string fault) =>
        Assert.StartsWith(fault, Assert.Single(Faults(("Input:Format", format), ("Input:Envelope", envelope))), StringComparison.Ordinal);

    [Theory]
    [InlineData("Input:TextFields:0", "items[0].title", "Sluice:Input: 'items[0].title' is no path of field names; behind a name only [],")]
    [InlineData("Input:TextFields:0", "mail..body", "Sluice:Input: 'mail..body' is no path of field names; write them with single dots")]
    [InlineData("Input:IdField", "ids[]", "Sluice:Input:IdField is 'ids[]', which may lead to many values, and one identifies a document.")]
    [InlineData("Input:OptionalFields:0", "sumary", "Sluice:Input:OptionalFields names 'sumary', which is none of Sluice:Input:TextFields")]
    [InlineData("Output:CopyFields:0", "tags[", "Sluice:Output:CopyFields: 'tags[' is no path of field names; behind a name only [],")]
    public void A_path_that_is_none_or_leads_where_it_may_not_is_told(string setting, string value, string fault) =>
        Assert.StartsWith(fault, Assert.Single(Faults((setting, value))), StringComparison.Ordinal);

    [Fact]
    public void Fields_are_copied_once_from_documents_that_have_fields_and_not_more_than_32()
    {
        Assert.StartsWith("Sluice:Output:CopyFields names 'a' 2 times; once is enough.",
            Assert.Single(Faults(("Output:CopyFields:0", "a"), ("Output:CopyFields:1", "a"))), StringComparison.Ordinal);
        Assert.StartsWith("Sluice:Output:CopyFields names a, but with Sluice:Input:Format=Text",
            Assert.Single(Faults(("Output:CopyFields:0", "a"), ("Input:Format", "Text"))), StringComparison.Ordinal);
        Assert.Contains("32", Assert.Single(Faults([.. Enumerable.Range(0, 33).Select(i => ($"Output:CopyFields:{i}", $"f{i}"))])),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_field_may_be_optional_also_where_none_is_named()
    {
        using IHost host = WorkerHost.Create(Valid(("Input:OptionalFields:0", "text"), ("Output:CopyFields:0", "tags[]")));
        Assert.Equal(["text"], host.Services.GetRequiredService<InputOptions>().OptionalFields);
        Assert.Equal(["tags[]"], host.Services.GetRequiredService<OutputOptions>().CopyFields);
    }

    [Fact]
    public void Without_named_fields_the_text_is_in_text()
    {
        using IHost host = WorkerHost.Create(Valid());
        Assert.Equal(["text"], host.Services.GetRequiredService<InputOptions>().TextFields);
    }

    [Fact]
    public void An_empty_name_of_a_settings_file_is_told() =>
        Assert.Contains("--config names no file",
            Assert.Throws<FileNotFoundException>(() => WorkerHost.Create([], configFile: "")).Message, StringComparison.Ordinal);

    [Fact]
    public void An_empty_value_of_a_settings_file_is_a_value()
    {
        using TextFile file = new($$$"""
            { "Sluice": {
                "Kafka": { "GroupId": "g", "InputTopics": [ "a" ] },
                "Model": { "Path": "{{{ValidModel}}}" },
                "Input": { "IdField": "" } } }
            """);
        using IHost host = WorkerHost.Create([], file.Path);
        Assert.Equal("", host.Services.GetRequiredService<InputOptions>().IdField);
    }

    [Fact]
    public void A_settings_file_is_read_below_Sluice()
    {
        using TextFile file = new($$$"""
            { "$schema": "x", "Sluice": {
                "Kafka": { "GroupId": "from-file", "InputTopics": [ "a", "b" ] },
                "Model": { "Path": "{{{ValidModel}}}" } } }
            """);
        using IHost host = WorkerHost.Create([], file.Path);
        Assert.Equal(["a", "b"], host.Services.GetRequiredService<KafkaOptions>().InputTopics);
        Assert.Equal("from-file", host.Services.GetRequiredService<KafkaOptions>().GroupId);
    }

    [Fact]
    public void A_settings_file_without_the_level_Sluice_is_refused_by_name()
    {
        using TextFile file = new("""{ "Kafka": { "GroupId": "from-file" }, "Logging": {} }""");
        string[] faults = [.. Assert.Throws<OptionsValidationException>(() =>
            WorkerHost.Create([.. Valid().Select(s => $"--{s.Key}={s.Value}")], file.Path)).Failures];
        Assert.StartsWith($"'Kafka' stands at the top of {file.Path}, where only \"Sluice\" and \"Logging\" are read",
            Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_settings_file_that_is_no_JSON_is_refused_with_the_place()
    {
        using TextFile file = new("{\n  \"Sluice\": nothing }");
        string message = Assert.Throws<InvalidDataException>(() => WorkerHost.Create([], file.Path)).Message;
        Assert.StartsWith($"The settings file {file.Path} is not JSON: see line 2, byte 14.", message, StringComparison.Ordinal);
    }

    private static string ValidModel => Path.Combine(RepositoryRoot.Find(), "models", "mail");

    private static string[] Faults(params (string, string)[] settings) =>
        [.. Assert.Throws<OptionsValidationException>(() => WorkerHost.Create(Valid(settings))).Failures];

    private static Dictionary<string, string?> Valid(params (string Name, string Value)[] more)
    {
        Dictionary<string, string?> settings = new()
        {
            ["Kafka:BootstrapServers"] = "127.0.0.1:1",
            ["Kafka:InputTopics:0"] = "documents",
            ["Model:Path"] = ValidModel
        };
        foreach ((string name, string value) in more) settings[name] = value;
        return settings;
    }
}
