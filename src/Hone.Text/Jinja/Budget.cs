using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Hone.Text.Jinja;

/// <summary>
/// What a rendering may still use. Templates come with models from anywhere: none may hang, crash or fill the memory, and every limit is
/// far above what a conversation needs.
/// </summary>
/// <remarks>One rendering runs on a thread at a time, so its budget is the thread's: values are compared and written in places that know no rendering.</remarks>
sealed class Budget
{
    const int MostSteps = 4_000_000;
    const int MostMilliseconds = 10_000;

    /// <summary>Characters of one text.</summary>
    public const int MostText = 1 << 24;

    // Characters of all texts that expressions make, and items of all lists.
    const long MostTexts = 1L << 28;
    const long MostItems = 1L << 24;

    // Characters that one search may compare: a second's work.
    const long MostCompared = 1L << 34;

    [ThreadStatic]
    static Budget? _current;

    readonly long _end = Environment.TickCount64 + MostMilliseconds;
    int _stepsLeft = MostSteps;
    long _textLeft = MostTexts;
    long _itemsLeft = MostItems;

    // What is done with values outside of a rendering is not the end of one: it leaves nothing behind on the thread.
    static Budget Current => _current ?? new();

    /// <summary>Gives the thread a fresh budget, and the old one back at the end.</summary>
    public static Renewed Renew()
    {
        var outer = _current;
        _current = new();
        return new(outer);
    }

    /// <summary>Counts one step; every node of a template and every item that is compared or written takes one.</summary>
    public static void Step()
    {
        var budget = Current;
        if (--budget._stepsLeft < 0)
        {
            throw new TemplateFault($"the template takes more than {MostSteps} steps");
        }

        budget.RequireTime();
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateFault("the template, or a value in it, is nested too deep");
        }
    }

    /// <summary>Counts a text before it is made.</summary>
    public static void Text(long characters) => Text(characters, MostText);

    static void Text(long characters, long most)
    {
        var budget = Current;
        budget.RequireTime();
        budget._textLeft -= characters;
        if (characters > most || budget._textLeft < 0)
        {
            throw new TemplateFault($"the template makes more than {(characters > most ? most : MostTexts)} characters of text");
        }
    }

    /// <summary>Counts what a method or filter gave: its own text, or texts in a list.</summary>
    public static void Made(object? value)
    {
        switch (value)
        {
            case string text:
                Text(text.Length);
                break;
            case PythonBytes bytes:
                Text(bytes.Content.Length);
                break;
            case List<object?> or PythonTuple:
                Text(Kinds.Items(value).Sum(item => item is string text ? (long)text.Length : 0), MostTexts);
                break;
        }
    }

    /// <summary>Counts the items of a list before it is made.</summary>
    public static void Items(long count)
    {
        var budget = Current;
        budget.RequireTime();
        budget._itemsLeft -= count;
        if (budget._itemsLeft < 0)
        {
            throw new TemplateFault($"the template makes lists of more than {MostItems} items");
        }
    }

    /// <summary>Asks for leave to look for one text in another, which may compare each place of the one with all of the other.</summary>
    public static void Search(int text, int part)
    {
        Current.RequireTime();
        if ((long)text * part > MostCompared)
        {
            throw new TemplateFault($"a text of {part} characters is looked for in one of {text}");
        }
    }

    void RequireTime()
    {
        if (Environment.TickCount64 > _end)
        {
            throw new TemplateFault($"the template takes more than {MostMilliseconds / 1000} seconds");
        }
    }

    public readonly struct Renewed(Budget? outer) : IDisposable
    {
        public void Dispose() => _current = outer;
    }
}

/// <summary>Builds a text within the budget.</summary>
sealed class BoundedText
{
    readonly StringBuilder _text = new();

    public int Length => _text.Length;

    public BoundedText Append(string text)
    {
        Require(text.Length);
        _text.Append(text);
        return this;
    }

    public BoundedText Append(char c)
    {
        Require(1);
        _text.Append(c);
        return this;
    }

    public BoundedText Append(ReadOnlySpan<char> text)
    {
        Require(text.Length);
        _text.Append(text);
        return this;
    }

    public override string ToString()
    {
        Budget.Text(_text.Length);
        return _text.ToString();
    }

    /// <summary>The parts with the separator between them.</summary>
    public static string Join(string separator, IEnumerable<string> parts)
    {
        var joined = new BoundedText();
        bool first = true;
        foreach (string part in parts)
        {
            if (!first)
            {
                joined.Append(separator);
            }

            joined.Append(part);
            first = false;
        }

        return joined.ToString();
    }

    void Require(int more)
    {
        if (_text.Length + (long)more > Budget.MostText)
        {
            Budget.Text(_text.Length + (long)more);
        }
    }
}

/// <summary>A whole number in digits, of which Python writes no more than 4,300.</summary>
static class WholeText
{
    public const int MostDigits = 4300;

    public static string Of(BigInteger whole) =>
        // log10(2) · 14,500 > 4,300
        whole.GetBitLength() < 14_000 ? whole.ToString()
        : whole.GetBitLength() < 14_500 && whole.ToString() is { } digits && digits.TrimStart('-').Length <= MostDigits ? digits
        : throw new TemplateFault($"a number has more than {MostDigits} digits");
}
