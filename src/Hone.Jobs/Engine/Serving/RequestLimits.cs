namespace Hone.Jobs.Engine.Serving;

/// <summary>What a request may ask for.</summary>
static class RequestLimits
{
    const int MostCompletions = 128, MostTop = 20, MostStopCharacters = 100_000;
    const float LargestBias = 1000;

    /// <summary>Everything that is wrong with a request, before its model is known.</summary>
    /// <exception cref="EngineRequestException">It cannot be answered.</exception>
    public static void Check(GenerateRequest request)
    {
        string[] problems = [.. Prompt(request), .. Numbers(request), .. request.Sampling.Problems()];
        if (problems.Length > 0)
        {
            throw new EngineRequestException(problems);
        }
    }

    /// <summary>Tokens that a completion may have.</summary>
    /// <exception cref="EngineRequestException">There is no room for any.</exception>
    public static int MaxTokens(GenerateRequest request, int[] prompt, ServedModel model, EngineSettings settings)
    {
        int positions = model.Decoder.Config.MaxPositions, room = positions - prompt.Length;
        if (prompt.Length == 0)
        {
            throw new EngineRequestException(["The prompt is empty; a completion needs at least one token to follow."]);
        }

        if (room < 1)
        {
            throw new EngineRequestException([$"The prompt has {prompt.Length} tokens, which leaves no room for a completion: the model holds {positions}."]);
        }

        foreach (int id in request.LogitBias.Keys.Where(id => id < 0 || id >= model.Decoder.Config.VocabularySize))
        {
            throw new EngineRequestException([$"The logit bias names token {id}, but the model's tokens are 0 to {model.Decoder.Config.VocabularySize - 1}."]);
        }

        int wanted = Math.Min(request.MaxTokens ?? settings.MostTokens, room);
        while (request.MaxTokens is null && wanted > 1 && model.Generator.Refusal(prompt.Length, wanted) is not null)
        {
            wanted /= 2;
        }

        return model.Generator.Refusal(prompt.Length, wanted) is { } refusal ? throw new EngineRequestException([Capital(refusal)]) : wanted;
    }

    static IEnumerable<string> Prompt(GenerateRequest request)
    {
        if (new object?[] { request.Messages, request.Text, request.Tokens }.Count(prompt => prompt is not null) != 1)
        {
            yield return "A request has messages, a text or tokens as its prompt; give exactly one of them.";
        }
        else if (request.Messages is { Count: 0 })
        {
            yield return "The list of messages is empty; give at least one.";
        }
    }

    static IEnumerable<string> Numbers(GenerateRequest request)
    {
        if (request.Count is < 1 or > MostCompletions)
        {
            yield return $"{request.Count} completions are asked for, but it needs to be 1 to {MostCompletions}.";
        }

        if (request.MaxTokens is < 1)
        {
            yield return $"The most tokens of a completion are {request.MaxTokens}, but need to be 1 or more.";
        }

        if (request.Stop.Sum(stop => (long)stop.Length) is > MostStopCharacters and var characters)
        {
            yield return $"The stop texts have {characters:N0} characters together, but may have {MostStopCharacters:N0} at most.";
        }

        if (request.TopLogProbabilities is < 0 or > MostTop)
        {
            yield return $"{request.TopLogProbabilities} likeliest tokens are asked for, but it needs to be 0 to {MostTop}.";
        }

        if (!float.IsFinite(request.PresencePenalty) || !float.IsFinite(request.FrequencyPenalty))
        {
            yield return "The presence and the frequency penalty need to be finite numbers.";
        }

        if (request.LogitBias.Values.Any(bias => !(MathF.Abs(bias) <= LargestBias)))
        {
            yield return $"A logit bias needs to be a number from −{LargestBias} to {LargestBias}.";
        }
    }

    static string Capital(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];
}
