using System.ComponentModel.DataAnnotations;

namespace Sluice.Worker.Documents.Registry;

/// <summary>How the Schema Registry is reached. Configuration section <c>Sluice:Registry</c>.</summary>
internal sealed record RegistryOptions
{
    public const string Section = "Sluice:Registry";

    /// <summary>The registry's base address; the paths of its API are appended.</summary>
    /// <value>http or https, without user or password, e.g. <c>https://registry:8081</c> or <c>http://host/apis/ccompat/v7</c>. Default
    /// http://127.0.0.1:8081.</value>
    [Required]
    public string Url { get; init; } = "http://127.0.0.1:8081";

    /// <summary>User for basic authentication.</summary>
    /// <value>Default null: no authentication.</value>
    public string? User { get; init; }

    /// <summary>Password for basic authentication; needs <see cref="User"/>.</summary>
    /// <value>Default null, which is sent as the empty password. Give it as the environment variable Sluice__Registry__Password.</value>
    public string? Password { get; init; }

    /// <summary>File that holds the token for bearer authentication, in the place of user and password. It is read for each request, so a
    /// token that is renewed is used at once.</summary>
    /// <value>A path. Default null: no token.</value>
    public string? BearerTokenFile { get; init; }

    /// <summary>PEM file with the worker's own certificate, for a registry that asks for one, and those between it and its
    /// authority.</summary>
    /// <value>A path. Default null: none. Read at the start.</value>
    public string? ClientCertFile { get; init; }

    /// <summary>PEM file with the private key of <see cref="ClientCertFile"/>, not encrypted.</summary>
    /// <value>A path. Default null: the key stands in <see cref="ClientCertFile"/> too. Read at the start.</value>
    public string? ClientKeyFile { get; init; }

    /// <summary>PEM file with the certificates that the registry's chain may end in, instead of the machine's.</summary>
    /// <value>Default null: the machine's certificate authorities.</value>
    public string? CaFile { get; init; }

    /// <summary>Whether the worker registers the prediction schema itself, or uses what is registered.</summary>
    /// <value>Default true. With false the schema must be among the output subject's versions, and who reads with the latest of them must
    /// be able to read labels; else the start fails and names the fields in the way.</value>
    public bool AutoRegister { get; init; } = true;

    /// <summary>Longest wait for one answer, body included.</summary>
    /// <value>100 ms to 5 min. Default 10 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Requests made before the registry counts as unavailable; and before an answer that refuses a schema, or cannot be used, condemns
    /// that schema where the registry answers otherwise. One that says it will pass, or none, must come twice as often.
    /// </summary>
    /// <value>Range 1..100. Default 5: about 6 s of waiting when each one fails at once.</value>
    [Range(1, 100)]
    public int Attempts { get; init; } = 5;

    /// <summary>Middle of the wait before the second request; it doubles each time, with jitter.</summary>
    /// <value>1 ms to 1 min. Default 400 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Longest wait between two requests; also caps what a Retry-After header may ask for.</summary>
    /// <value>1 ms to 10 min. Default 10 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a schema id that is unknown is asked for again before it condemns its documents, which wait meanwhile: a replica
    /// of the registry may not know a new one yet. Once it did, the id is given no second time of grace.</summary>
    /// <value>0 to 10 min. Default 5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan UnknownIdGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a schema id that is unknown, or whose schema cannot be used, stays so, so that a topic full of them does not flood the
    /// registry.
    /// </summary>
    /// <value>0 to 1 h. Default 15 s; a schema registered meanwhile is seen after it.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan UnknownIdLifetime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Largest answer accepted, in bytes; also of a schema and all that it refers to together.</summary>
    /// <value>Range 1,024..268,435,456. Default 4,194,304; registries themselves rarely accept a schema over 1 MiB.</value>
    [Range(1024, 268_435_456)]
    public int MaxAnswerBytes { get; init; } = 4 * 1024 * 1024;
}
