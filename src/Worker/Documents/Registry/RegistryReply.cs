using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Sluice.Worker.Documents.Registry;

/// <summary>What the embedded registry answers: a status and a body to be written as JSON.</summary>
internal sealed record RegistryReply(int Status, object Body)
{
    public static RegistryReply Ok(object body) => new(200, body);

    public static RegistryReply Error(int status, int code, string message) => new(status, new { error_code = code, message });

    public static RegistryReply SubjectNotFound(string subject) => Error(404, 40401, $"Subject '{subject}' not found.");

    public static RegistryReply InvalidSchema(string fault) => Error(422, 42201, $"Invalid schema: {fault}");
}

/// <summary>The two things that the embedded registry does with a request's context.</summary>
internal static class RegistryContext
{
    /// <summary>A part of the path by its name in the route.</summary>
    public static string Text(this HttpContext context, string name) => (string)context.GetRouteValue(name)!;

    public static Task AnswerAsync(this HttpContext context, RegistryReply reply)
    {
        context.Response.StatusCode = reply.Status;
        return context.Response.WriteAsJsonAsync(reply.Body, reply.Body.GetType(), options: null,
            contentType: "application/vnd.schemaregistry.v1+json", context.RequestAborted);
    }
}
