using Akka.Configuration;
using Microsoft.Extensions.Logging;
using LogLevel = Akka.Event.LogLevel;

namespace Akka.Hosting;

/// <summary>Where an actor system's log goes.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly AkkaConfigurationBuilder _builder;
    private readonly List<string> _loggers = ["Akka.Event.DefaultLogger"];

    internal LoggerConfigBuilder(AkkaConfigurationBuilder builder) => _builder = builder;

    /// <summary>What is logged: this level and those above it. Defaults to <see cref="Event.LogLevel.InfoLevel"/>.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.InfoLevel;

    /// <summary>Whether the configuration is logged at the start. Defaults to false.</summary>
    public bool LogConfigOnStart { get; set; }

    /// <summary>Takes all loggers away.</summary>
    public LoggerConfigBuilder ClearLoggers()
    {
        _loggers.Clear();
        _builder.ClearLoggerFactories();
        return this;
    }

    internal void AddDefault() => _loggers.Add("Akka.Event.DefaultLogger");

    internal void AddFactory(ILoggerFactory? loggerFactory) => _builder.AddLoggerFactory(loggerFactory);

    internal AkkaConfigurationBuilder Build()
    {
        var level = LogLevel switch
        {
            LogLevel.DebugLevel => "Debug",
            LogLevel.InfoLevel => "Info",
            LogLevel.WarningLevel => "Warning",
            _ => "Error",
        };
        return _builder.AddHocon(
            ConfigurationFactory.ParseString($"""
                akka.loglevel = {level}
                akka.loggers = [{string.Join(", ", _loggers.Select(static name => name.ToHocon()))}]
                akka.log-config-on-start = {LogConfigOnStart.ToHocon()}
                """),
            HoconAddMode.Prepend);
    }
}

/// <summary>Says where an actor system's log goes.</summary>
public static class LoggingExtensions
{
    /// <summary>Configures the loggers.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configurator">Says which.</param>
    public static AkkaConfigurationBuilder ConfigureLoggers(this AkkaConfigurationBuilder builder, Action<LoggerConfigBuilder> configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        var loggers = new LoggerConfigBuilder(builder);
        configurator(loggers);
        return loggers.Build();
    }

    /// <summary>Adds the logger that prints on the standard output.</summary>
    /// <param name="configBuilder">The loggers.</param>
    public static LoggerConfigBuilder AddDefaultLogger(this LoggerConfigBuilder configBuilder)
    {
        ArgumentNullException.ThrowIfNull(configBuilder);
        configBuilder.AddDefault();
        return configBuilder;
    }

    /// <summary>Adds the logger that passes on to the application's logger factory.</summary>
    /// <param name="configBuilder">The loggers.</param>
    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder configBuilder)
    {
        ArgumentNullException.ThrowIfNull(configBuilder);
        configBuilder.AddFactory(null);
        return configBuilder;
    }

    /// <summary>Adds the logger that passes on to a logger factory.</summary>
    /// <param name="configBuilder">The loggers.</param>
    /// <param name="loggerFactory">The factory.</param>
    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder configBuilder, ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(configBuilder);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        configBuilder.AddFactory(loggerFactory);
        return configBuilder;
    }
}
