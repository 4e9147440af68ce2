using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Hone.Tensors;

/// <summary>Preconditions of kernels. Each failure names the argument and both sizes.</summary>
[StackTraceHidden]
public static class Require
{
    public static void Length<T>(
        ReadOnlySpan<T> span, long expected, [CallerArgumentExpression(nameof(span))] string name = "")
    {
        if (span.Length != expected)
        {
            ThrowSize(name, span.Length, expected);
        }
    }

    public static void Equal(long actual, long expected, [CallerArgumentExpression(nameof(actual))] string name = "")
    {
        if (actual != expected)
        {
            ThrowSize(name, actual, expected);
        }
    }

    [DoesNotReturn]
    static void ThrowSize(string name, long actual, long expected) =>
        throw new ArgumentException($"'{name}' is {actual}; the shapes of the other arguments need {expected}.", name);
}
