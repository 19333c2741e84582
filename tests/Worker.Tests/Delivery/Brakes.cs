using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Delivery;

/// <summary>For tests of something else.</summary>
internal static class Brakes
{
    /// <summary>With settings that all rejections could be blamed on.</summary>
    public static LikelySetting Likely { get; } = new(new InputOptions { TextFields = ["sumary"] }, new RegistryOptions(),
        new ModelOptions { Path = "models/mail" }, new KafkaOptions());

    /// <summary>Holds nothing.</summary>
    public static RejectionBrake Off(InFlightRecords records, PipelineFailure failure) => new(new DeadLetterOptions { Brake = false },
        new PipelineOptions(), records, Likely, failure, TimeProvider.System, NullLogger<RejectionBrake>.Instance);
}
