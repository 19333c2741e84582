using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Observability;

namespace Worker.Tests.Observability;

/// <summary>Who reads logs in JSON goes by an event's number and its fields' names.</summary>
public sealed class LogFieldsTests
{
    [Fact]
    public void Each_event_has_the_fields_that_it_had()
    {
        IEnumerable<string> events =
            from method in typeof(Log).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            let message = method.GetCustomAttribute<LoggerMessageAttribute>()
            where message is not null
            orderby message.EventId
            let fields = Regex.Matches(message.Message, @"\{(?<name>\w+)").Select(field => field.Groups["name"].Value)
            select string.Join(' ', fields.Prepend(message.EventId.ToString(CultureInfo.InvariantCulture)));
        Assert.Equal(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "TestData", "log-fields.txt")), events);
    }
}
