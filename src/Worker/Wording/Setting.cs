namespace Sluice.Worker.Wording;

/// <summary>The settings for which documents may be rejected that are well.</summary>
internal enum Setting
{
    /// <summary><c>Sluice:Input:TextFields</c></summary>
    TextFields,

    /// <summary><c>Sluice:Input:Format</c></summary>
    InputFormat,

    /// <summary><c>Sluice:Input:Envelope</c></summary>
    Envelope,

    /// <summary><c>Sluice:Registry:Url</c></summary>
    RegistryUrl,

    /// <summary><c>Sluice:Registry:User</c></summary>
    RegistryUser,

    /// <summary><c>Sluice:Registry:BearerTokenFile</c></summary>
    BearerTokenFile,

    /// <summary><c>Sluice:Registry:MaxAnswerBytes</c></summary>
    MaxAnswerBytes,

    /// <summary><c>Sluice:Model:Path</c></summary>
    ModelPath,

    /// <summary><c>Sluice:Kafka:OutputTopic</c></summary>
    OutputTopic,
}
