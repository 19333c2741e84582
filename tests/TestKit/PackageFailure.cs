using System.Reflection;

namespace TestKit;

/// <summary>Exceptions that only their package can make.</summary>
internal static class PackageFailure
{
    /// <summary>One that is made of a code, an enum, and a message.</summary>
    public static T Of<T>(string message)
        where T : Exception
    {
        ConstructorInfo made = typeof(T).GetConstructors(BindingFlags.NonPublic | BindingFlags.Instance).Single();
        return (T)made.Invoke([Enum.ToObject(made.GetParameters()[0].ParameterType, 1), message]);
    }
}
