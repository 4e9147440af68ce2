using System.Text;

namespace Hone.Cli.Recipes.Arithmetic;

/// <summary>Arithmetic stories of one to three steps: an opening, events, a closing question.</summary>
/// <remarks>Every value on the way lies in 1..81. A problem is a function of (seed, index).</remarks>
sealed class ProblemGenerator(ulong seed)
{
    const ulong Stories = 1;

    /// <summary>The problem at an index of this seed's endless list.</summary>
    public Problem At(ulong index)
    {
        var random = new SplitMix(seed, Stories, index);
        int steps = random.Between(1, 3);
        while (true)
        {
            if (new Story(Outline(steps, ref random)).Compose(ref random) is { } problem)
            {
                return problem;
            }
        }
    }

    /// <summary>This seed's problems of one bucket, without end. A (template, numbers) may come again.</summary>
    public IEnumerable<Problem> Draw(Bucket bucket)
    {
        for (ulong index = 0; ; index++)
        {
            var problem = At(index);
            if (problem.Bucket == bucket)
            {
                yield return problem;
            }
        }
    }

    /// <summary>As <see cref="Draw"/>, each (template, numbers) once.</summary>
    public IEnumerable<Problem> DrawDistinct(Bucket bucket) => Draw(bucket).DistinctBy(problem => problem.Key);

    // Opening and closing may each be a step of their own; events fill up to the number of steps.
    static (char Kind, int Index)[] Outline(int steps, ref SplitMix random)
    {
        while (true)
        {
            int opening = random.Below(Sentences.Openings.Length);
            int closing = random.Below(Sentences.Closings.Length);
            int events = steps
                - (Sentences.Openings[opening].IsStep ? 1 : 0)
                - (Sentences.Closings[closing].IsStep ? 1 : 0);
            if (events < 0)
            {
                continue;
            }

            var outline = new (char Kind, int Index)[events + 2];
            outline[0] = ('o', opening);
            for (int e = 1; e <= events; e++)
            {
                outline[e] = ('e', random.Below(Sentences.Events.Length));
            }

            outline[^1] = ('q', closing);
            return outline;
        }
    }

    /// <summary>One story on its way: the sentences are chosen, the numbers are being found.</summary>
    sealed class Story((char Kind, int Index)[] outline)
    {
        readonly List<int> _numbers = [];
        readonly List<Step> _chain = [];
        int _value;

        /// <returns>Null where an event met a number that it cannot be applied to.</returns>
        public Problem? Compose(ref SplitMix random)
        {
            bool woman = random.Below(2) == 0;
            string name = random.Pick(woman ? Sentences.Women : Sentences.Men);
            string things = random.Pick(Sentences.Things);
            var question = new StringBuilder();
            foreach (var (kind, index) in outline)
            {
                var sentence = (kind switch
                {
                    'o' => Sentences.Openings,
                    'e' => Sentences.Events,
                    _ => Sentences.Closings,
                })[index];
                int told = _numbers.Count;
                if (!Play(sentence.Move, ref random))
                {
                    return null;
                }

                question.Append(question.Length > 0 ? " " : "").Append(Write(sentence.Text, told, name, woman, things));
            }

            string template = string.Join(' ', outline.Select(sentence => $"{sentence.Kind}{sentence.Index}"));
            var problem = new Problem(question.ToString(), _chain, template, _numbers, default);
            return problem with { Bucket = Buckets.Of(problem.Key) };
        }

        bool Play(Move move, ref SplitMix random) => move switch
        {
            Move.Start => Begin(random.Between(2, 40)),
            Move.Groups => Tell(random.Between(2, 9)) && Tell(random.Between(2, 9))
                && Take(new(_numbers[0], '*', _numbers[1])),
            Move.Add => _value < Step.Largest && Tell(random.Between(1, Math.Min(30, Step.Largest - _value))) && Apply('+'),
            Move.Subtract => _value > 1 && Tell(random.Between(1, _value - 1)) && Apply('-'),
            Move.Double => Take(new(_value, '*', 2)),
            Move.Times => Tell(random.Between(3, 5)) && Apply('*'),
            Move.Share => TellDivisor(ref random) && Apply('/'),
            Move.Goal => _value < Step.Largest && Tell(random.Between(_value + 1, Step.Largest))
                && Take(new(_numbers[^1], '-', _value, CarriesRight: true)),
            _ => true,
        };

        bool Begin(int value)
        {
            _value = value;
            return Tell(value);
        }

        bool Tell(int number)
        {
            _numbers.Add(number);
            return true;
        }

        // Most numbers have few divisors: one drawn from 2..9 at random would make sharing the rarest move.
        bool TellDivisor(ref SplitMix random)
        {
            int[] divisors = [.. Enumerable.Range(2, 8).Where(divisor => divisor < _value && _value % divisor == 0)];
            return divisors.Length > 0 && Tell(random.Pick(divisors));
        }

        bool Apply(char operation) => Take(new Step(_value, operation, _numbers[^1]));

        bool Take(Step step)
        {
            _chain.Add(step);
            _value = step.Result;
            return step.IsPossible;
        }

        string Write(string text, int told, string name, bool woman, string things)
        {
            string he = text.StartsWith('{') ? (woman ? "She" : "He") : (woman ? "she" : "he");
            text = text.Replace("{name}", name).Replace("{he}", he).Replace("{things}", things);
            for (int i = told; i < _numbers.Count; i++)
            {
                text = text.Replace($"{{{i - told}}}", $"{_numbers[i]}");
            }

            return text;
        }
    }
}
