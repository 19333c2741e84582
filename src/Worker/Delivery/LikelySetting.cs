using System.Diagnostics;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Delivery;

/// <summary>Names the setting that is likely wrong where nearly all documents are rejected for one reason.</summary>
internal sealed class LikelySetting(InputOptions input, RegistryOptions registry, ModelOptions model, KafkaOptions kafka)
{
    /// <summary>The setting and its value, <c>Sluice:Input:TextFields is 'sumary'</c>; *** for a value that may be a secret.</summary>
    public string Of(Setting setting)
    {
        (string path, object? value) = setting switch
        {
            Setting.TextFields => ($"{InputOptions.Section}:{nameof(InputOptions.TextFields)}", (object?)input.TextFields),
            Setting.InputFormat => ($"{InputOptions.Section}:{nameof(InputOptions.Format)}", input.Format),
            Setting.Envelope => ($"{InputOptions.Section}:{nameof(InputOptions.Envelope)}", input.Envelope),
            Setting.RegistryUrl => ($"{RegistryOptions.Section}:{nameof(RegistryOptions.Url)}", registry.Url),
            Setting.RegistryUser => ($"{RegistryOptions.Section}:{nameof(RegistryOptions.User)}", registry.User),
            Setting.BearerTokenFile => ($"{RegistryOptions.Section}:{nameof(RegistryOptions.BearerTokenFile)}", registry.BearerTokenFile),
            Setting.MaxAnswerBytes => ($"{RegistryOptions.Section}:{nameof(RegistryOptions.MaxAnswerBytes)}", registry.MaxAnswerBytes),
            Setting.ModelPath => ($"{ModelOptions.Section}:{nameof(ModelOptions.Path)}", model.Path),
            Setting.OutputTopic => ($"{KafkaOptions.Section}:{nameof(KafkaOptions.OutputTopic)}", kafka.OutputTopic),
            _ => throw new UnreachableException($"Setting {setting} has no name. This is a bug."),
        };
        return $"{path} is {(value is null ? "not set" : Shown.Of(path, value))}";
    }
}
