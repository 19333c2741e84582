using System.Diagnostics;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;

namespace Sluice.Worker.Delivery;

/// <summary>Which setting is likely wrong where nearly all documents are rejected for one reason.</summary>
internal sealed class LikelySetting(InputOptions input, RegistryOptions registry, ModelOptions model, KafkaOptions kafka)
{
    /// <summary>The setting and its value, <c>Sluice:Input:TextFields is 'sumary'</c>; *** for a value that may be a secret.</summary>
    public string Of(RejectionReason reason)
    {
        (string path, object value) = reason switch
        {
            RejectionReason.MissingText or RejectionReason.NullText or RejectionReason.NotText or RejectionReason.SchemaMismatch =>
                ($"{InputOptions.Section}:{nameof(InputOptions.TextFields)}", (object)input.TextFields),
            RejectionReason.WireFormat or RejectionReason.MalformedJson or RejectionReason.InvalidUtf8 =>
                ($"{InputOptions.Section}:{nameof(InputOptions.Format)}", input.Format),
            RejectionReason.EnvelopeMismatch => ($"{InputOptions.Section}:{nameof(InputOptions.Envelope)}", input.Envelope),
            // Ids of another registry may be known to this one, for schemas of others.
            RejectionReason.UnknownSchema or RejectionReason.MalformedAvro =>
                ($"{RegistryOptions.Section}:{nameof(RegistryOptions.Url)}", registry.Url),
            RejectionReason.RunFailed => ($"{ModelOptions.Section}:{nameof(ModelOptions.Path)}", model.Path),
            RejectionReason.LabelTooLarge or RejectionReason.LabelRefused =>
                ($"{KafkaOptions.Section}:{nameof(KafkaOptions.OutputTopic)}", kafka.OutputTopic),
            _ => throw new UnreachableException($"Rejection reason {reason} has no likely setting. This is a bug."),
        };
        return $"{path} is {Shown.Of(path, value)}";
    }
}
