using System.ClientModel;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Files;
using OpenAI.FineTuning;
using OpenAI.Models;
using OpenAI.Responses;

#pragma warning disable OPENAI001 // The client marks fine-tuning and responses as not final; they are what is tried here.

namespace Hone.EndToEndTests.Sdk;

/// <summary>OpenAI's client for .NET against the program, unchanged but for address and key.</summary>
public sealed class OpenAiDotNetTests
{
    [Fact]
    public async Task A_whole_story()
    {
        using var server = new StoryServer();
        var (endpoint, key, model) = (new Uri($"{server.Address}/v1"), server.Bearer, StoryServer.Model);

        var credential = new ApiKeyCredential(key);
        var options = new OpenAIClientOptions { Endpoint = endpoint };
        var file = await Upload(new OpenAIFileClient(credential, options));
        var job = await Train(new FineTuningClient(credential, new FineTuningClientOptions { Endpoint = endpoint }), model, file.Id);

        await Chat(new ChatClient(job.Value!, credential, options));
        await Respond(new ResponsesClient(credential, new ResponsesClientOptions { Endpoint = endpoint }), job.Value!);

        var models = new OpenAIModelClient(credential, options);
        Assert.Contains((await models.GetModelsAsync()).Value, one => one.Id == job.Value);
        Assert.True((await models.DeleteModelAsync(job.Value)).Value.Deleted);
        Assert.True((await new OpenAIFileClient(credential, options).DeleteFileAsync(file.Id)).Value.Deleted);
    }

    static async Task<OpenAIFile> Upload(OpenAIFileClient files)
    {
        string rows = string.Concat(Enumerable.Range(1, 4).Select(n => JsonSerializer.Serialize(new
        {
            messages = new[] { new { role = "user", content = $"{n} + {n} = ?" } },
            reference_answer = $"{2 * n}",
        }) + "\n"));
        var file = (await files.UploadFileAsync(new MemoryStream(Encoding.UTF8.GetBytes(rows)), "train.jsonl", FileUploadPurpose.FineTune)).Value;
        Assert.Equal(rows, (await files.DownloadFileAsync(file.Id)).Value.ToString());
        Assert.Contains((await files.GetFilesAsync(FilePurpose.FineTune)).Value, one => one.Id == file.Id);
        return file;
    }

    static async Task<FineTuningJob> Train(FineTuningClient tuning, string model, string file)
    {
        var request = new JsonObject
        {
            ["model"] = model,
            ["training_file"] = file,
            ["suffix"] = "story",
            ["method"] = JsonNode.Parse("""
                {
                  "type": "reinforcement",
                  "reinforcement": {
                    "grader": {"type": "string_check", "name": "exact", "input": "{{sample.output_text}}",
                      "reference": "{{item.reference_answer}}", "operation": "eq"},
                    "hyperparameters": {"n_epochs": 1, "batch_size": 2, "compute_multiplier": 0.5}
                  }
                }
                """),
        };
        var job = await tuning.FineTuneAsync(BinaryContent.Create(BinaryData.FromString(request.ToJsonString())), waitUntilCompleted: false, null);
        await job.WaitForCompletionAsync(CancellationToken.None);
        Assert.Equal(FineTuningStatus.Succeeded, job.Status);
        Assert.Equal(model, job.BaseModel);
        Assert.Contains(job.GetEvents(new GetEventsOptions { PageSize = 2 }), happened => happened.Kind == FineTuningJobEventKind.Metrics);
        Assert.All(job.GetCheckpoints(), checkpoint => Assert.Contains("ckpt-step-", checkpoint.ModelId));
        Assert.Contains(tuning.GetJobs(), one => one.JobId == job.JobId);
        return job;
    }

    static async Task Chat(ChatClient chat)
    {
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 8, Seed = 1, IncludeLogProbabilities = true, TopLogProbabilityCount = 1 };
        var answer = (await chat.CompleteChatAsync([new UserChatMessage("1 + 1 = ?")], options)).Value;
        Assert.NotEmpty(answer.ContentTokenLogProbabilities);
        Assert.True(answer.Usage.OutputTokenCount > 0);

        string streamed = "";
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("1 + 1 = ?")], options))
        {
            streamed += string.Concat(update.ContentUpdate.Select(part => part.Text));
        }

        Assert.Equal(answer.Content[0].Text, streamed);
    }

    static async Task Respond(ResponsesClient responses, string model)
    {
        var response = (await responses.CreateResponseAsync(Request(model))).Value;
        Assert.True(response.Usage.InputTokenCount > 0);

        string streamed = "";
        ResponseResult? last = null;
        var request = Request(model);
        request.StreamingEnabled = true;
        await foreach (var update in await responses.CreateResponseStreamingAsync(request))
        {
            streamed += update is StreamingResponseOutputTextDeltaUpdate delta ? delta.Delta : "";
            last = (update as StreamingResponseCompletedUpdate)?.Response ?? (update as StreamingResponseIncompleteUpdate)?.Response ?? last;
        }

        Assert.Equal(response.GetOutputText() ?? "", streamed);
        Assert.Equal(response.Usage.OutputTokenCount, last!.Usage.OutputTokenCount);
    }

    // The likeliest tokens: the same answer each time, which may be an empty one.
    static CreateResponseOptions Request(string model)
    {
        var request = new CreateResponseOptions { Model = model, MaxOutputTokenCount = 8, Temperature = 0 };
        request.InputItems.Add(ResponseItem.CreateUserMessageItem("1 + 1 = ?"));
        return request;
    }
}
