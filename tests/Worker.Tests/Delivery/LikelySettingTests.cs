using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;
using Sluice.Worker.Wording;

namespace Worker.Tests.Delivery;

public sealed class LikelySettingTests
{
    [Theory]
    [InlineData("missing-text", "Sluice:Input:TextFields is 'sumary'")]
    [InlineData("null-text", "Sluice:Input:TextFields is 'sumary'")]
    [InlineData("not-text", "Sluice:Input:TextFields is 'sumary'")]
    [InlineData("schema-mismatch", "Sluice:Input:TextFields is 'sumary'")]
    [InlineData("wire-format", "Sluice:Input:Format is Avro")]
    [InlineData("malformed-json", "Sluice:Input:Format is Avro")]
    [InlineData("invalid-utf8", "Sluice:Input:Format is Avro")]
    [InlineData("unknown-schema", "Sluice:Registry:Url is 'http://127.0.0.1:8081'")]
    [InlineData("malformed-avro", "Sluice:Registry:Url is 'http://127.0.0.1:8081'")]
    [InlineData("run-failed", "Sluice:Model:Path is 'models/mail'")]
    [InlineData("label-too-large", "Sluice:Kafka:OutputTopic is 'labels'")]
    [InlineData("label-refused", "Sluice:Kafka:OutputTopic is 'labels'")]
    public void Each_reason_has_one(string reason, string setting) =>
        Assert.Equal(setting,
            Brakes.Likely.Of(Enum.GetValues<RejectionReason>().Single(one => one.Name() == reason).DefaultWayOut().Likely!.Value));

    [Fact]
    public void Every_setting_has_a_name() =>
        Assert.All(Enum.GetValues<Setting>(), setting => Assert.StartsWith("Sluice:", Brakes.Likely.Of(setting),
            StringComparison.Ordinal));

    [Fact]
    public void A_password_is_not_shown()
    {
        RegistryOptions registry = new() { Url = "http://sluice:s3cret@registry:8081" };
        LikelySetting likely = new(new InputOptions(), registry, new ModelOptions(), new KafkaOptions());
        Assert.Equal("Sluice:Registry:Url is ***", likely.Of(Setting.RegistryUrl));
    }
}
