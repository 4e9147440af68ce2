using System.Text.Json;

namespace Hone.Models.Sampling.Constraints;

/// <summary>Holds completions to a JSON Schema: a completion that ends by itself parses, and is what the schema says.</summary>
/// <remarks>Several completions may share one, from any thread: what is learnt of the vocabulary for one state serves them all.</remarks>
public sealed class JsonOutput
{
    readonly Grammar _grammar;
    readonly TokenTrie _vocabulary;

    JsonOutput(Grammar grammar, TokenTrie vocabulary) => (_grammar, _vocabulary) = (grammar, vocabulary);

    /// <param name="schema">A JSON Schema; true: any object.</param>
    /// <param name="vocabulary">The model's tokens.</param>
    /// <exception cref="SchemaException">The schema asks for what completions cannot be held to, or the vocabulary lacks what it needs.</exception>
    public static JsonOutput For(JsonElement schema, TokenTrie vocabulary)
    {
        var reader = new JsonSchemaReader(schema);
        var form = schema.ValueKind == JsonValueKind.True ? JsonForms.Object : reader.Read();
        if (reader.Problems.Count > 0)
        {
            throw new SchemaException(reader.Problems);
        }

        // Some vocabularies put a space before the first word; it is no part of the text.
        var grammar = new Grammar(new InOrder(OneOf.Optional(JsonForms.Byte(' ')), form));
        return grammar.IsPossible
            ? new JsonOutput(grammar, vocabulary).Checked()
            : throw new SchemaException(["no finite value is what the schema says: it needs itself within itself."]);
    }

    /// <summary>The constraint of one completion.</summary>
    /// <param name="endTokens">They may come where the value is complete, and nowhere else.</param>
    public ITokenConstraint Begin(IReadOnlyList<int> endTokens) => new Completion(this, endTokens);

    JsonOutput Checked() => ((Completion)Begin([])).IsStuck
        ? throw new SchemaException(["the model's vocabulary has no token that such a value could begin with; it was not made for JSON."])
        : this;

    sealed class Completion : ITokenConstraint
    {
        readonly JsonOutput _output;
        readonly IReadOnlyList<int> _endTokens;
        Grammar.State _state;
        ulong[] _allowed;

        public Completion(JsonOutput output, IReadOnlyList<int> endTokens)
        {
            (_output, _endTokens, _state) = (output, endTokens, output._grammar.Start);
            _allowed = output._grammar.Mask(_state, output._vocabulary);
        }

        public bool IsStuck => !(_state.Accepts && _endTokens.Count > 0) && Array.TrueForAll(_allowed, bits => bits == 0);

        public void Mask(Span<float> logits)
        {
            Span<float> ends = stackalloc float[_endTokens.Count];
            for (int i = 0; i < ends.Length; i++)
            {
                ends[i] = logits[_endTokens[i]];
            }

            for (int id = 0; id < logits.Length; id += 64)
            {
                MaskWord(id / 64 < _allowed.Length ? _allowed[id / 64] : 0, logits[id..Math.Min(id + 64, logits.Length)]);
            }

            for (int i = 0; i < ends.Length; i++)
            {
                logits[_endTokens[i]] = _state.Accepts ? ends[i] : float.NegativeInfinity;
            }
        }

        public void Advance(int token)
        {
            foreach (byte value in _output._vocabulary.BytesOf(token))
            {
                _state = _output._grammar.Step(_state, value)
                    ?? throw new InvalidOperationException($"Token {token} was drawn, but the constraint does not allow it.");
            }

            _allowed = _output._grammar.Mask(_state, _output._vocabulary);
        }

        static void MaskWord(ulong allowed, Span<float> logits)
        {
            if (allowed == 0)
            {
                logits.Fill(float.NegativeInfinity);
                return;
            }

            for (int bit = 0; allowed != ulong.MaxValue && bit < logits.Length; bit++)
            {
                if ((allowed & (1UL << bit)) == 0)
                {
                    logits[bit] = float.NegativeInfinity;
                }
            }
        }
    }
}

/// <summary>Completions cannot be held to a schema. Each problem is a sentence that says where and why.</summary>
public sealed class SchemaException(IReadOnlyList<string> problems) : Exception(string.Join(" ", problems))
{
    public IReadOnlyList<string> Problems => problems;
}
