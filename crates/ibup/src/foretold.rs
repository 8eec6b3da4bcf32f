//! A forecast in words, for people at a terminal.

use ibup_forecast::Forecast;
use ibup_forecast::forecast::{ComesUp, InterfaceForecast};
use ibup_forecast::plan::Unclear;
use ibup_report::Words;
use ibup_sim::PolicyName;

use crate::exploration::{order, titled};

/// Tells what the next boot comes to.
pub(crate) fn render(forecast: &Forecast, words: &Words) -> String {
    let mut text = heading(forecast, words);
    for interface in &forecast.interfaces {
        text += "\n";
        text += &told(interface, words);
    }
    for interface in &forecast.unwanted {
        text += &format!("\n{}\n", words.with("fate-unwanted", &[("interface", interface)]));
    }
    if forecast.interfaces.is_empty() && forecast.unwanted.is_empty() {
        text += &format!("\n{}\n", words.get("foretold-nothing"));
    }
    text
}

fn heading(forecast: &Forecast, words: &Words) -> String {
    let policy = words.get(match forecast.policy {
        PolicyName::Reference => "foretold-reference",
        PolicyName::Converge => "foretold-converge",
    });
    let kernel = forecast.kernel.as_deref().unwrap_or("?");
    let mut text =
        words.with("foretold", &[("host", &forecast.host), ("kernel", kernel), ("policy", &policy)]) + "\n";
    if let Some(service) = &forecast.stack_service {
        let key = if forecast.stack_enabled { "foretold-enabled" } else { "foretold-disabled" };
        text += &format!("  {}\n", words.with(key, &[("unit", service)]));
    }
    for place in &forecast.loaders {
        text += &format!("  {}\n", words.with("foretold-loader", &[("place", place)]));
    }
    for change in &forecast.supposed {
        text += &format!("  {}\n", words.with("foretold-supposed", &[("change", change)]));
    }
    text
}

fn told(interface: &InterfaceForecast, words: &Words) -> String {
    let name = match &interface.pci {
        Some(pci) => format!("{} ({pci})", interface.interface),
        None => interface.interface.clone(),
    };
    let (down, orders) = (interface.orders_down.to_string(), interface.orders.to_string());
    let key = match (interface.comes_up, interface.unclear) {
        (ComesUp::Always, _) => "foretold-always",
        (ComesUp::Sometimes, _) => "foretold-sometimes",
        (ComesUp::Never, _) => "foretold-never",
        (ComesUp::Unknown, Some(Unclear::Wicked)) => "foretold-wicked",
        (ComesUp::Unknown, Some(Unclear::FunctionUnknown)) => "foretold-no-function",
        (ComesUp::Unknown, None) => "foretold-unknown",
    };
    let arguments = [("interface", &*name), ("down", &down), ("orders", &orders)];
    let mut text = words.with(key, &arguments) + "\n";
    let service = if interface.service_enabled { "foretold-served" } else { "foretold-unserved" };
    let arguments = [("unit", &*interface.service), ("place", &interface.configured)];
    text += &format!("  {}\n", words.with(service, &arguments));
    if let Some(code) = &interface.cause {
        text += &format!("  {}\n", titled(code, words));
    }
    for shown in &interface.shown {
        text += &format!("    {shown}\n");
    }
    if !interface.remedies.is_empty() {
        text += &format!("  {}\n", words.get("foretold-remedies"));
        for changes in &interface.remedies {
            let supposed: Vec<String> =
                changes.iter().map(|change| format!("--what-if '{change}'")).collect();
            text += &format!("    ibup forecast {}\n", supposed.join(" "));
        }
    }
    if !interface.order.is_empty() {
        text += &format!("  {}\n", words.get("foretold-order"));
        text += &order(&interface.order);
    }
    text
}
