using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Hone.Grading;
using Hone.Grading.Judges;
using Hone.Grading.Judges.Chat;
using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Tensors;
using Hone.Text;

namespace Hone.Training.Judging;

/// <summary>Answers questions with an open model, several side by side.</summary>
sealed class LocalAnswers(LanguageModel model) : IDisposable
{
    /// <summary>Of an answer, where nothing else is asked for.</summary>
    public const int MostTokens = 512;

    readonly Generator _generator = new(model.Decoder, LocalChatModel.Together, LocalMemory.CacheBytes(model.Decoder)) { FollowsLength = true };
    readonly ForcedVerdicts _forced = new(model);
    readonly SpelledMarks _marks = new(model.Tokenizer);

    public void Give(IReadOnlyList<LocalChatModel.Waiting> batch)
    {
        List<(LocalChatModel.Waiting One, int[] Prompt)> free = [];
        foreach (var one in batch)
        {
            int[] prompt = Encode(one.Call.Messages);
            bool isForced = one.Call.Failed is not null || !one.Call.Form.Reasons;
            int room = model.Decoder.Config.MaxPositions - prompt.Length - ForcedVerdicts.TokensFor(model, one.Call.Form);
            if (room < 1)
            {
                one.Answer.TrySetException(new ChatException("judge", $"the question has {prompt.Length} tokens, and the model holds "
                    + $"{model.Decoder.Config.MaxPositions} with the answer; set longestAnswer lower, or take another judge."));
            }
            else if (isForced)
            {
                one.Answer.TrySetResult(_forced.Answer(prompt, one.Call.Form));
            }
            else
            {
                free.Add((one, prompt));
            }
        }

        Write(free);
    }

    public void Dispose()
    {
        _generator.Dispose();
        model.Dispose();
    }

    void Write(List<(LocalChatModel.Waiting One, int[] Prompt)> questions)
    {
        if (questions.Count > 0)
        {
            _generator.Generate([.. questions.Select(question => Request(question.One, question.Prompt))], (q, _, completion) =>
                questions[q].One.Answer.TrySetResult(
                    new(model.Decode(completion.Tokens), questions[q].Prompt.Length, completion.Tokens.Length)));
        }
    }

    GenerationRequest Request(LocalChatModel.Waiting one, int[] prompt)
    {
        var settings = one.Call.Settings;
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', one.Call.Messages.Select(message => message.Content))));
        return new()
        {
            Prompt = prompt,
            MaxTokens = Math.Min(settings.MaxTokens ?? MostTokens, model.Decoder.Config.MaxPositions - prompt.Length),
            Sampling = new SamplingSettings { Temperature = (float)settings.Temperature, TopP = (float)(settings.TopP ?? 1) },
            Key = new((ulong)(settings.Seed ?? 0), RandomPurpose.Judge, (uint)one.Call.Vote, BinaryPrimitives.ReadUInt32LittleEndian(hash)),
            EndTokens = model.EndTokens,
            Stop = tokens => one.Stop.IsCancellationRequested || IsWhole(one.Call.Form, tokens),
        };
    }

    // Looked at only where an object may have ended.
    bool IsWhole(AnswerForm form, IReadOnlyList<int> tokens) =>
        model.Tokenizer.TokenOf(tokens[^1])?.Contains('}') == true && AnswerReader.Read(form, model.Decode([.. tokens])).Problem is null;

    int[] Encode(IReadOnlyList<GradingMessage> messages)
    {
        ChatMessage[] turns = [.. messages.Select(message => new ChatMessage(message.Role, _marks.In(message.Content)))];
        try
        {
            return model.Encode(turns);
        }
        catch (ChatTemplateException) when (turns is [{ Role: "system" } system, { Role: "user" } user, ..])
        {
            // Some templates know no system turn.
            return model.Encode([new("user", $"{system.Content}\n\n{user.Content}"), .. turns[2..]]);
        }
    }
}
