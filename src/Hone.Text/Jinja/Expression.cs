using System.Numerics;

namespace Hone.Text.Jinja;

/// <summary>A part of a template that has a value.</summary>
abstract record Expression(Place Place)
{
    public object? Evaluate(Rendering rendering)
    {
        try
        {
            Budget.Step();
            return Value(rendering);
        }
        catch (TemplateFault fault) when (fault.Passes(Place))
        {
            throw;
        }
    }

    protected abstract object? Value(Rendering rendering);
}

sealed record Constant(Place Place, object? Content) : Expression(Place)
{
    protected override object? Value(Rendering rendering) => Content;
}

sealed record Variable(Place Place, string Name) : Expression(Place)
{
    protected override object? Value(Rendering rendering) =>
        rendering.Scope.TryGet(Name, out object? value) ? value : new Undefined($"'{Name}' is undefined");
}

sealed record ListOf(Place Place, IReadOnlyList<Expression> Items, bool IsTuple) : Expression(Place)
{
    protected override object? Value(Rendering rendering)
    {
        List<object?> items = [.. Items.Select(item => item.Evaluate(rendering))];
        return IsTuple ? new PythonTuple(items) : items;
    }
}

sealed record DictionaryOf(Place Place, IReadOnlyList<(Expression Key, Expression Value)> Entries) : Expression(Place)
{
    protected override object? Value(Rendering rendering)
    {
        var dictionary = new PythonDictionary();
        foreach (var (key, value) in Entries)
        {
            dictionary[key.Evaluate(rendering)] = value.Evaluate(rendering);
        }

        return dictionary;
    }
}

sealed record Attribute(Place Place, Expression Target, string Name) : Expression(Place)
{
    protected override object? Value(Rendering rendering) => Members.Attribute(Target.Evaluate(rendering), Name);
}

sealed record Item(Place Place, Expression Target, Expression Key) : Expression(Place)
{
    protected override object? Value(Rendering rendering) => Members.Item(Target.Evaluate(rendering), Key.Evaluate(rendering));
}

sealed record Slice(Place Place, Expression Target, Expression? Start, Expression? Stop, Expression? Step) : Expression(Place)
{
    protected override object? Value(Rendering rendering) => Members.Slice(
        Target.Evaluate(rendering), Start?.Evaluate(rendering), Stop?.Evaluate(rendering), Step?.Evaluate(rendering));
}

/// <summary>What stands in the brackets of a call, filter or test.</summary>
sealed record ArgumentList(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named, Expression? Spread, Expression? NamedSpread)
{
    public static ArgumentList Empty { get; } = new([], [], null, null);

    public Arguments Evaluate(Rendering rendering)
    {
        List<object?> positional = [.. Positional.Select(argument => argument.Evaluate(rendering))];
        if (Spread is not null)
        {
            positional.AddRange(Kinds.Items(Spread.Evaluate(rendering)));
        }

        Dictionary<string, object?> named = new(StringComparer.Ordinal);
        foreach (var (name, value) in Named)
        {
            named[name] = value.Evaluate(rendering);
        }

        if (NamedSpread is not null)
        {
            foreach (var (key, value) in (NamedSpread.Evaluate(rendering) as PythonDictionary ?? throw new TemplateFault("'**' needs a dictionary")).Entries)
            {
                string name = key as string ?? throw new TemplateFault("'**' needs a dictionary whose keys are strings");
                if (!named.TryAdd(name, value))
                {
                    throw new TemplateFault($"the argument '{name}' is given twice");
                }
            }
        }

        return new(positional, named);
    }
}

sealed record Call(Place Place, Expression Target, ArgumentList Arguments) : Expression(Place)
{
    protected override object? Value(Rendering rendering)
    {
        object? target = Target.Evaluate(rendering);
        var arguments = Arguments.Evaluate(rendering);
        return target switch
        {
            Function function => function.Call(arguments),
            Loop loop => loop.Call(arguments),
            Undefined undefined => throw undefined.Fault(),
            _ => throw new TemplateFault($"a {Kinds.Of(target)} cannot be called"),
        };
    }
}

sealed record Filtered(Place Place, Expression Target, string Name, ArgumentList Arguments) : Expression(Place)
{
    protected override object? Value(Rendering rendering)
    {
        object? target = Target.Evaluate(rendering);
        var arguments = Arguments.Evaluate(rendering);
        return Filters.Apply(Name, target, arguments);
    }
}

sealed record Tested(Place Place, Expression Target, string Name, ArgumentList Arguments) : Expression(Place)
{
    protected override object? Value(Rendering rendering) =>
        Tests.Holds(Name, Target.Evaluate(rendering), Arguments.Evaluate(rendering));
}

sealed record Not(Place Place, Expression Operand) : Expression(Place)
{
    protected override object? Value(Rendering rendering) => !Kinds.IsTrue(Operand.Evaluate(rendering));
}

sealed record Sign(Place Place, bool Negative, Expression Operand) : Expression(Place)
{
    protected override object? Value(Rendering rendering) => Operand.Evaluate(rendering) switch
    {
        Undefined undefined => throw undefined.Fault(),
        double number => Negative ? -number : number,
        var other => Numbers.Calculate(Negative ? "-" : "+", BigInteger.Zero, other),
    };
}

/// <summary>and, or: one of the operands, not a boolean.</summary>
sealed record Logical(Place Place, bool IsAnd, Expression Left, Expression Right) : Expression(Place)
{
    protected override object? Value(Rendering rendering)
    {
        object? left = Left.Evaluate(rendering);
        return Kinds.IsTrue(left) == IsAnd ? Right.Evaluate(rendering) : left;
    }
}

/// <summary>a &lt; b &lt; c: every neighbouring pair must hold.</summary>
sealed record Compared(Place Place, Expression First, IReadOnlyList<(string Sign, Expression Operand)> Rest) : Expression(Place)
{
    protected override object? Value(Rendering rendering)
    {
        object? left = First.Evaluate(rendering);
        foreach (var (sign, operand) in Rest)
        {
            object? right = operand.Evaluate(rendering);
            if (!Comparison.Holds(sign, left, right))
            {
                return false;
            }

            left = right;
        }

        return true;
    }
}

sealed record Joined(Place Place, IReadOnlyList<Expression> Parts) : Expression(Place)
{
    protected override object? Value(Rendering rendering) =>
        BoundedText.Join("", Parts.Select(part => Printing.Show(part.Evaluate(rendering))));
}

sealed record Calculated(Place Place, string Sign, Expression Left, Expression Right) : Expression(Place)
{
    protected override object? Value(Rendering rendering) =>
        Operators.Apply(Sign, Left.Evaluate(rendering), Right.Evaluate(rendering));
}

sealed record Conditional(Place Place, Expression Condition, Expression Then, Expression? Else) : Expression(Place)
{
    protected override object? Value(Rendering rendering) =>
        Kinds.IsTrue(Condition.Evaluate(rendering)) ? Then.Evaluate(rendering)
        : Else is not null ? Else.Evaluate(rendering)
        : new Undefined("the condition is false and there is no 'else'");
}
