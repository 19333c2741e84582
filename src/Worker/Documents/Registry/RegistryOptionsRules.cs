using System.ComponentModel.DataAnnotations;

namespace Sluice.Worker.Documents.Registry;

/// <summary>What must hold between the registry's options, in words.</summary>
internal static class RegistryOptionsRules
{
    /// <summary>Every fault of the options, each with the value and what is allowed; empty when there is none. Reads the files that they
    /// name.</summary>
    public static IReadOnlyList<string> Faults(RegistryOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        var faults = results.ConvertAll(result => WithPath(result.ErrorMessage!, result.MemberNames.Single()));
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
            faults.Add("Sluice:Registry:Url is no http or https address, such as http://127.0.0.1:8081.");
        else if (url.UserInfo.Length > 0)
            faults.Add("Sluice:Registry:Url holds a user or password, which logs would show; "
                + "give them as Sluice:Registry:User and Sluice:Registry:Password.");
        else if (url.Query.Length > 0 || url.Fragment.Length > 0)
            faults.Add("Sluice:Registry:Url has something behind ? or #, which no registry needs; leave it out.");
        if (options.Password is not null && options.User is null)
            faults.Add("Sluice:Registry:Password is set without Sluice:Registry:User.");
        if (options.User?.Contains(':') == true)
            faults.Add("Sluice:Registry:User contains ':', which basic authentication cannot carry.");
        if (options.CaFile is { Length: > 0 } file && RegistryTls.FaultOfCaFile(file) is { } fault)
            faults.Add($"Sluice:Registry:CaFile '{file}' {fault}");
        faults.AddRange(OfCredentials(options));
        return faults;
    }

    // "The field Attempts must be ...", "The Url field is ..."
    private static string WithPath(string fault, string name)
    {
        string[] beginnings = [$"The field {name} ", $"The {name} field "];
        int words = beginnings.Where(fault.StartsWith).Select(beginning => beginning.Length).FirstOrDefault();
        return $"Sluice:Registry:{name} {fault[words..]}";
    }

    // Reads the files. Of token and key not even the path is shown: in its place somebody may have set the secret itself.
    private static IEnumerable<string> OfCredentials(RegistryOptions options)
    {
        bool hasCertificate = options.ClientCertFile is { Length: > 0 };
        if (options.BearerTokenFile is { Length: > 0 } token)
        {
            if (options.User is not null)
                yield return "Sluice:Registry:BearerTokenFile and Sluice:Registry:User are both set, and a request carries one of them; "
                    + "remove the other.";
            if (BearerToken.TryRead(token, out _) is { } fault) yield return $"Sluice:Registry:BearerTokenFile {fault}";
        }

        if (options.ClientKeyFile is { Length: > 0 } && !hasCertificate)
            yield return "Sluice:Registry:ClientKeyFile is set without Sluice:Registry:ClientCertFile; name the certificate of that key.";
        if (hasCertificate && RegistryTls.FaultOfClientFiles(options.ClientCertFile!, options.ClientKeyFile) is { } unfit)
            yield return options.ClientKeyFile is { Length: > 0 }
                ? $"Sluice:Registry:ClientCertFile '{options.ClientCertFile}' and Sluice:Registry:ClientKeyFile {unfit}"
                : $"Sluice:Registry:ClientCertFile '{options.ClientCertFile}' {unfit}";
    }
}
