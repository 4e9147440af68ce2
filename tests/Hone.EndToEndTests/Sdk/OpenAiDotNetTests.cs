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
    // In the form of the records that the model knows: it has an answer.
    const string Question = "Ann buys 9 balls. 3 friends share them. How many balls does each get?";

    [Fact]
    public async Task A_whole_story()
    {
        using var server = new StoryServer();
        string model = StoryServer.Model;
        var endpoint = new Uri(server.Environment["OPENAI_BASE_URL"]);
        var credential = new ApiKeyCredential(server.Environment["OPENAI_API_KEY"]);
        var options = new OpenAIClientOptions { Endpoint = endpoint };
        var file = await Upload(new OpenAIFileClient(credential, options));
        var job = await Train(new FineTuningClient(credential, new FineTuningClientOptions { Endpoint = endpoint }), model, file.Id);

        await Chat(new ChatClient(job.Value!, credential, options));
        await Bind(new ChatClient(job.Value!, credential, options));
        await Fail(new ChatClient("nobody", credential, options));
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
        while (!job.HasCompleted)
        {
            // WaitForCompletionAsync of this client looks every half minute.
            await Task.Delay(100);
            await job.UpdateStatusAsync();
        }

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
        var answer = (await chat.CompleteChatAsync([new UserChatMessage(Question)], options)).Value;
        Assert.NotEmpty(answer.ContentTokenLogProbabilities);
        Assert.True(answer.Usage.OutputTokenCount > 0);

        string streamed = "";
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage(Question)], options))
        {
            streamed += string.Concat(update.ContentUpdate.Select(part => part.Text));
        }

        Assert.Equal(answer.Content[0].Text, streamed);
    }

    static async Task Bind(ChatClient chat)
    {
        var schema = BinaryData.FromString(
            """{"type":"object","properties":{"sum":{"enum":[1,2,3]}},"required":["sum"],"additionalProperties":false}""");
        var shaped = (await chat.CompleteChatAsync(
            [new UserChatMessage("1 + 1 = ?")],
            new ChatCompletionOptions
            {
                MaxOutputTokenCount = 64,
                ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("sum", schema, jsonSchemaIsStrict: true),
            })).Value;
        Assert.InRange(JsonNode.Parse(shaped.Content[0].Text)!["sum"]!.GetValue<int>(), 1, 3);

        var options = new ChatCompletionOptions { MaxOutputTokenCount = 64, ToolChoice = ChatToolChoice.CreateRequiredChoice() };
        options.Tools.Add(ChatTool.CreateFunctionTool("add", "Tells the sum.", schema, functionSchemaIsStrict: true));
        var called = (await chat.CompleteChatAsync([new UserChatMessage("1 + 1 = ?")], options)).Value;
        Assert.Equal((ChatFinishReason.ToolCalls, "add"), (called.FinishReason, called.ToolCalls[0].FunctionName));
        var answered = await chat.CompleteChatAsync(
            [new UserChatMessage("1 + 1 = ?"), new AssistantChatMessage(called), new ToolChatMessage(called.ToolCalls[0].Id, "2")],
            new ChatCompletionOptions { MaxOutputTokenCount = 8 });
        Assert.Equal(ChatMessageRole.Assistant, answered.Value.Role);
    }

    static async Task Fail(ChatClient stranger)
    {
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => stranger.CompleteChatAsync([new UserChatMessage("?")]));

        Assert.Equal(404, refused.Status);
        Assert.Contains("model_not_found", refused.Message);
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
