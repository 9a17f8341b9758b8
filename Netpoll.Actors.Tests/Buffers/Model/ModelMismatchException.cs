namespace Netpoll.Actors.Tests.Buffers.Model;

/// <summary>The buffer and the model disagree.</summary>
internal sealed class ModelMismatchException(string message) : Exception(message);
