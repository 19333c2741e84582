using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Worker;
using Sluice.Worker.Configuration;

namespace Worker.Tests.Configuration;

/// <summary>What the lag chooses among, of settings and the manifest of the mail bundle: teacher 0.9917, students:1 0.9892, students:2
/// 0.9884, swift 0.9843 of 1,208.</summary>
public sealed class LadderTests
{
    private static readonly string Mail = Path.Combine(RepositoryRoot.Find(), "models", "mail");

    [Fact]
    public void Not_given_it_is_every_mode_of_use_most_accurate_first()
    {
        ModelOptions model = ModelOf();
        Assert.Equal("teacher 0.9917, students:1 0.9892, swift 0.9843", model.Auto!.ToString());
        Assert.Equal(["students:2 (no more accurate than students:1)"], model.Auto.LeftOut);
        Assert.Equal(["teacher", "students:1", "swift"], model.UsableModes.Select(mode => mode.Name));
        Assert.Equal(model.Auto.ToString(), ModelOf(("Model:Mode", "auto")).Auto!.ToString());
    }

    [Fact]
    public void A_named_mode_is_loaded_alone()
    {
        ModelOptions model = ModelOf(("Model:Mode", "students:2"));
        Assert.Null(model.Auto);
        Assert.Equal([Mode.Students(2, Precision.Int8)], model.UsableModes);
    }

    [Theory]
    [InlineData("students:2", "teacher 0.9917, students:1 0.9892")] // as accurate as that, whatever it is
    [InlineData("0.985", "teacher 0.9917, students:1 0.9892")]
    [InlineData("teacher", "teacher 0.9917")]
    [InlineData("0.99", "teacher 0.9917")]
    [InlineData("0", "teacher 0.9917, students:1 0.9892, swift 0.9843")]
    public void Modes_below_the_floor_are_not_loaded(string floor, string ladder) =>
        Assert.Equal(ladder, ModelOf(("Control:Floor", floor)).Auto!.ToString());

    [Fact]
    public void A_mode_that_one_topic_allows_is_loaded() => Assert.Equal("teacher 0.9917, students:1 0.9892, swift 0.9843",
        ModelOf(("Control:Floor", "teacher"), ("Control:TopicFloors:logs", "swift"), ("Kafka:InputTopics:1", "logs")).Auto!.ToString());

    [Theory]
    [InlineData("mail", null)] // misspelled
    [InlineData("Mails", null)] // topics tell case apart
    [InlineData("logs", "^audit-")]
    public void A_floor_of_a_topic_that_is_not_read_is_refused(string topic, string? input) => Assert.Equal(
        [$"Sluice:Control:TopicFloors:{topic} is of no topic that is read; Sluice:Kafka:InputTopics is mails"
            + $", {input ?? "mails"}. Name one of these, in the same letters, or remove it."],
        Assert.Throws<OptionsValidationException>(() => ModelOf(($"Control:TopicFloors:{topic}", "teacher"), Second(input))).Failures);

    [Theory]
    [InlineData("mails", null)]
    [InlineData("logs", "logs")]
    [InlineData("logs-7", "^logs-[0-9]+$")]
    [InlineData("logs-7", "^logs-[[:digit:]]+$")] // librdkafka's own way to write it
    [InlineData("logs", "^logs(")] // who knows
    public void A_floor_of_a_topic_that_may_be_read_is_taken(string topic, string? input) =>
        Assert.NotNull(ModelOf(($"Control:TopicFloors:{topic}", "teacher"), Second(input)).Auto);

    [Fact]
    public void A_floor_of_topics_that_differ_in_case_alone_is_refused() => Assert.Equal(
        ["Sluice:Control:TopicFloors:mails may be meant for mails or Mails, which names of settings do not tell apart. "
            + "Set Sluice:Control:Floor for all, or read them by workers of their own."],
        Assert.Throws<OptionsValidationException>(() => ModelOf(("Control:TopicFloors:mails", "teacher"), Second("Mails"))).Failures);

    [Theory]
    [InlineData("Control:Floor", "0.995", "Sluice:Control:Floor is '0.995', which no mode meets; there are teacher 0.9917, "
        + "students:1 0.9892, swift 0.9843. Lower the floor.")]
    [InlineData("Control:Floor", "students:3", "Sluice:Control:Floor is 'students:3', of whose accuracy the bundle's manifest says "
        + "nothing; there are teacher 0.9917, students:1 0.9892, swift 0.9843.")]
    [InlineData("Control:TopicFloors:mails", "0.995", "Sluice:Control:TopicFloors:mails is '0.995', which no mode meets; there are "
        + "teacher 0.9917, students:1 0.9892, swift 0.9843. Lower the floor.")]
    [InlineData("Control:Floor", "teachr", "Sluice:Control:Floor is 'teachr'; give a mode (teacher, students:K, swift) or an accuracy from "
        + "0 to 1, such as 0.985.")]
    [InlineData("Control:Floor", "1.5", "Sluice:Control:Floor is '1.5'; give a mode (teacher, students:K, swift) or an accuracy from "
        + "0 to 1, such as 0.985.")]
    [InlineData("Control:TopicFloors", "0.99", "Sluice:Control:TopicFloors was given one value, but it holds values by name: "
        + "--Control:TopicFloors:NAME=VALUE, or Sluice__Control__TopicFloors__NAME=VALUE in the environment.")]
    public void A_floor_that_no_mode_meets_is_refused_with_those_that_there_are(string setting, string value, string fault) =>
        Assert.Equal([fault], Assert.Throws<OptionsValidationException>(() => ModelOf((setting, value))).Failures);

    [Fact]
    public void A_named_mode_below_the_floor_is_refused()
    {
        Assert.Equal(["Sluice:Control:Floor is '0.99', which no mode meets; there are swift 0.9843. Lower the floor, or leave "
            + "Sluice:Model:Mode out."], Assert.Throws<OptionsValidationException>(() =>
            ModelOf(("Model:Mode", "swift"), ("Control:Floor", "0.99"))).Failures);
        Assert.Null(ModelOf(("Model:Mode", "swift"), ("Control:Floor", "swift")).Auto);
    }

    [Fact]
    public void Where_the_manifest_says_nothing_of_a_mode_it_is_left_out_and_without_the_teacher_s_nothing_is_chosen()
    {
        Assert.Equal("teacher 0.9917, students:1 0.9892",
            Changed(students => students.AsObject().Remove("swift"), out _)); // the graph is there
        Assert.Equal("teacher 0.9917, students:2 0.9884, swift 0.9843", Changed(students =>
            students["prefixes"]![0]!.AsObject().Remove("int8"), out LadderChoice? choice));
        Assert.Equal(["students:1 (the manifest does not say how accurate it is)"], choice!.LeftOut);
        Assert.Null(Changed(students => students.AsObject().Remove("teacher"), out _, manifest => manifest.AsObject().Remove("accuracy")));
        Assert.Equal("teacher 0.9917, students:1 0.9892, swift 0.9843", Changed(students => students.AsObject().Remove("teacher"), out _));
    }

    [Fact]
    public void Accuracies_of_fp16_are_those_of_fp32()
    {
        Manifest manifest = ManifestReader.Read(Mail);
        Assert.Equal(1198 / 1208d, StatedAccuracy.Of(manifest, Mode.Teacher(Precision.Fp16)));
        Assert.Equal(StatedAccuracy.Of(manifest, Mode.Swift(Precision.Fp32)), StatedAccuracy.Of(manifest, Mode.Swift(Precision.Fp16)));
    }

    private static (string, string) Second(string? input) => ("Kafka:InputTopics:1", input ?? "mails");

    private static string? Changed(Action<JsonNode> students, out LadderChoice? choice, Action<JsonNode>? manifest = null)
    {
        string folder = Directory.CreateTempSubdirectory("sluice-ladder-").FullName;
        JsonNode all = JsonNode.Parse(File.ReadAllText(Path.Combine(Mail, "manifest.json")))!;
        students(all["students"]!);
        manifest?.Invoke(all);
        File.WriteAllText(Path.Combine(folder, "manifest.json"), all.ToJsonString());
        choice = new ModelOptions { Path = folder }.WithDefaults(ExecutionProvider.Cpu, new ControlOptions()).Auto;
        Directory.Delete(folder, recursive: true);
        return choice?.ToString();
    }

    private static ModelOptions ModelOf(params (string Name, string Value)[] settings)
    {
        using IHost host = WorkerHost.Create(new Dictionary<string, string?>
        {
            ["Kafka:InputTopics:0"] = "mails",
            ["Kafka:OutputTopic"] = "labels",
            ["Kafka:DeadLetterTopic"] = "dead",
            ["Model:Path"] = Mail,
            ["Input:TextFields:0"] = "text",
        }.Concat(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))));
        return host.Services.GetRequiredService<ModelOptions>();
    }
}
